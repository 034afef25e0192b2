import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // End-to-end tests start real processes; on a small machine more would only wait for each other.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // A condition that is waited for: a busy machine takes its time, and what never comes fails all the same.
    expect: { poll: { timeout: 10_000 } },
  },
});
