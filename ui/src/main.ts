/** Start: tokens, then the shell. */
import { mount } from "svelte";
import App from "./app/App.svelte";
import "./parts/tokens.css";

mount(App, { target: document.getElementById("app")! });
