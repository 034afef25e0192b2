/**
 * `npm run gen:install`: fetches the plugins of every language whose toolchain is here into .plugins/.
 * `npm run gen:install -- go rust` fetches those of some.
 */
import { install, isInstalled, missingFor, plugins } from "./lib/plugins.mjs";
import { fail, say } from "./lib/project.mjs";

const wanted = process.argv.slice(2);
const unknown = wanted.filter((language) => plugins[language] === undefined);
if (unknown.length > 0) {
  fail(`${unknown.join(", ")}: no such language. There are ${Object.keys(plugins).join(", ")}.`);
}
for (const language of wanted.length > 0 ? wanted : Object.keys(plugins)) {
  const missing = missingFor(language);
  if (isInstalled(language)) say(`${language}: is there`);
  else if (missing.length > 0) say(`${language}: skipped, ${missing.join(" and ")} is missing`);
  else {
    say(`${language}: ${plugins[language].versions.join(", ")}`);
    install(language);
  }
}
