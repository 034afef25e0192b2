import { readFileSync } from "node:fs";
import type { Route } from "./routes.ts";

const documents = [
  { name: "openapi.json", pattern: /^\/openapi\.json$/, contentType: "application/json" },
  { name: "openapi.yaml", pattern: /^\/openapi\.yaml$/, contentType: "application/yaml" },
];

/** What is served here, for programs: `npm run gen` writes it from the contract. It holds no secret. */
export function openApiRoutes(): Route[] {
  return documents.map(({ name, pattern, contentType }) => {
    const bytes = readFileSync(new URL(`../../gen/openapi/${name}`, import.meta.url));
    return {
      pattern,
      methods: ["GET", "HEAD"],
      query: [],
      open: true,
      answer: () => ({ status: 200, text: "", bytes, contentType }),
    };
  });
}
