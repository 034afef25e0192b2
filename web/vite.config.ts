import { defineConfig } from "vite";
import { compressed } from "./compress.ts";

/** Where `npm run web` finds a server. */
const SERVER = process.env.HEARTBEAT_WEB_SERVER ?? "http://127.0.0.1:8080";

export default defineConfig({
  root: import.meta.dirname,
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../dist/web",
    emptyOutDir: true,
    target: "es2023",
    // Inlined files would be data: URLs, which the page's policy allows for images alone.
    assetsInlineLimit: 0,
    modulePreload: false,
    reportCompressedSize: false,
    // On a busy machine it would tell where its time went.
    rolldownOptions: { checks: { bundlerTimings: false } },
    // What is bundled keeps its notices.
    license: { fileName: "licenses.md" },
  },
  plugins: [compressed()],
  server: {
    host: "127.0.0.1",
    proxy: { "^/(heartbeat\\.v1\\.|grpc\\.health\\.|api/|ping/|metrics|livez|readyz)": SERVER },
  },
});
