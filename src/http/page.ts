import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { extname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Answer, Route } from "./routes.ts";

/** Where `npm run build` leaves the page: beside the built server, or for sources that run as they are. */
const folders = ["../web/", "../../dist/web/"].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

const contentTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** How a file may be packed, the best first, and how its name ends then. */
const packings = [
  { encoding: "br", ending: ".br" },
  { encoding: "gzip", ending: ".gz" },
] as const;

/**
 * What the page may do: load its own files and ask its own server. Agents name and label themselves, so
 * whatever of theirs should ever get into its markup runs nowhere.
 */
const guards = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
};

const NOT_BUILT = `The live page was not built. "npm run build" makes it, then start the server again.\n`;
const NO_LONGER = "This file is not of the page that is served now; load the page at / again.\n";

interface Packed {
  readonly bytes: Buffer;
  /** Of these very bytes, quoted as the header wants it. */
  readonly etag: string;
}

interface PageFile {
  readonly contentType: string;
  readonly plain: Packed;
  readonly packed: ReadonlyMap<string, Packed>;
}

/** The live page. Its files are read once, so that a build under a running server mixes no versions. */
export function pageRoutes(folder = folders.find((path) => existsSync(path))): Route[] {
  const files = folder === undefined ? new Map<string, PageFile>() : readFiles(folder);
  const asking = { methods: ["GET", "HEAD"], query: [], open: true };
  return [
    {
      ...asking,
      pattern: /^\/(?:index\.html)?$/,
      answer({ headers }) {
        const index = files.get("index.html");
        return index ? answered(index, headers, "no-cache") : { status: 503, text: NOT_BUILT };
      },
    },
    {
      ...asking,
      pattern: /^\/(assets\/[^/]+)$/,
      answer({ parts: [name = ""], headers }) {
        const asset = files.get(name);
        // Its name has a digest of what is in it: whoever has it never asks for it again.
        return asset
          ? answered(asset, headers, "public, max-age=31536000, immutable")
          : { status: 404, text: NO_LONGER };
      },
    },
  ];
}

function answered(file: PageFile, headers: IncomingHttpHeaders, caching: string): Answer {
  const encoding = packings
    .map((packing) => packing.encoding)
    .find((name) => file.packed.has(name) && accepts(headers["accept-encoding"], name));
  const { bytes, etag } = (encoding && file.packed.get(encoding)) ?? file.plain;
  const isKnown = headers["if-none-match"]?.split(/\s*,\s*/).some((tag) => tag === etag);
  return {
    status: isKnown ? 304 : 200,
    text: "",
    bytes: isKnown ? undefined : bytes,
    contentType: file.contentType,
    headers: {
      ...guards,
      "cache-control": caching,
      // Of the file, even where it is known and not sent again.
      "content-length": String(bytes.length),
      vary: "accept-encoding",
      etag,
      ...(encoding && { "content-encoding": encoding }),
    },
  };
}

/** Whether a client takes an encoding: it must name it, and not with a quality of 0. */
function accepts(header: string | string[] | undefined, encoding: string): boolean {
  return String(header ?? "")
    .split(",")
    .map((part) =>
      part
        .trim()
        .toLowerCase()
        .split(/\s*;\s*q=/),
    )
    .some(([name, quality = "1"]) => name === encoding && Number(quality) > 0);
}

function readFiles(folder: string): ReadonlyMap<string, PageFile> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const present = new Set(names.map((name) => name.split(sep).join("/")));
  const served = [...present].filter((name) => contentTypes[extname(name)] !== undefined);
  const read = (name: string): Packed => {
    const bytes = readFileSync(join(folder, name));
    const digest = createHash("sha256").update(bytes).digest("base64url");
    return { bytes, etag: `"${digest}"` };
  };
  return new Map(
    served.map((name) => {
      const packed = packings
        .filter(({ ending }) => present.has(name + ending))
        .map(({ encoding, ending }) => [encoding, read(name + ending)] as const);
      const contentType = contentTypes[extname(name)] as string;
      return [name, { contentType, plain: read(name), packed: new Map(packed) }];
    }),
  );
}
