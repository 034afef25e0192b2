import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { isInstalled, pluginEnvironment } from "./plugins.mjs";
import { run } from "./project.mjs";

/** The languages of a project's buf.gen.yaml, and whether their plugins are there. */
export function languagesOf(project) {
  const languages = new Set(templateOf(project).plugins.map(({ out }) => languageOf(out)));
  return [...languages].map((name) => ({
    name,
    installed: isOfProject(name) || isInstalled(name),
  }));
}

/** Generates one language's code below `output`. Returns an exit code. */
export function generate(project, language, output) {
  const template = templateOf(project);
  const plugins = template.plugins.filter(({ out }) => languageOf(out) === language);
  // The server serves health checks; whoever asks for them has the published package of their language.
  const paths = isOfProject(language) ? [] : ["--path", "proto/heartbeat"];
  return run(
    "buf",
    [
      "generate",
      "--template",
      JSON.stringify({ ...template, plugins }),
      "--output",
      output,
      ...paths,
    ],
    { cwd: project, env: pluginEnvironment() },
  );
}

/** What the server itself needs, and what needs nothing but the project's own installation. */
function isOfProject(language) {
  return language === "typescript" || language === "openapi";
}

function templateOf(project) {
  return parse(readFileSync(join(project, "buf.gen.yaml"), "utf8"));
}

function languageOf(out) {
  return out.slice("gen/".length);
}
