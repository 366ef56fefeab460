import { start } from "./browser/start.tsx";
import "./styles/critical.css";

void start();
