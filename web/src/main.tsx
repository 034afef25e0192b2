import "./style/page.css";
import { render } from "preact";
import { browserClock } from "./clock.ts";
import { openPage, PageContext } from "./page.ts";
import { App } from "./ui/app.tsx";

const root = document.getElementById("page");
if (root === null) throw new Error("index.html has no place for the page");

const page = openPage(browserClock, window);
render(
  <PageContext.Provider value={page}>
    <App />
  </PageContext.Provider>,
  root,
);
