/** `npm run gen`: writes gen/ anew, for every language whose plugins are there. */
import { generate, languagesOf } from "./lib/generate.mjs";
import { fail, root, say } from "./lib/project.mjs";

for (const { name, installed } of languagesOf(root)) {
  if (!installed) say(`${name}: left as it was, its plugins are missing (npm run gen:install)`);
  else if (generate(root, name, root) !== 0) fail(`${name}: buf failed; the lines above say why.`);
  else say(`${name}: written`);
}
