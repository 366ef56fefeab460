import { Component, type ComponentClass, type FunctionComponent, type JSX } from "preact";

/**
 * A component that is drawn again only where one of its properties is another. An element that is kept between drawings saves as
 * much, and holds on to the whole tree in which it was drawn first.
 */
export function unlessSame<Props extends object>(
  View: FunctionComponent<Props>,
): ComponentClass<Props> {
  return class extends Component<Props> {
    override shouldComponentUpdate(next: Readonly<Props>): boolean {
      return !isSame(this.props, next);
    }

    override render(): JSX.Element {
      return <View {...this.props} />;
    }
  };
}

function isSame(one: object, other: object): boolean {
  const before = new Map(Object.entries(one));
  const after = Object.entries(other);
  return before.size === after.length && after.every(([name, value]) => before.get(name) === value);
}
