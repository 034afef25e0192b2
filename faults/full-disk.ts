import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { troubled } from "./disk-trouble.ts";
import { type Fault, promised, shown } from "./fault.ts";
import { run } from "./needs.ts";
import { Server } from "./server.ts";
import { undoLater } from "./undo.ts";

const SIZE_MIB = 24;

export const fullDisk: Fault = {
  name: "full-disk",
  what: "The data directory is on a small file system that somebody else's file fills to the last byte; later that file is gone.",
  needs: ["linux", "tmpfs"],
  timeoutMs: 240_000,
  run: async (context) => {
    const folder = smallFileSystem();
    const server = await Server.start(context, {
      dataDir: join(folder, "data"),
      unprotected: true,
    });
    const foreign = join(folder, "foreign");
    const rows = await troubled(context, server, {
      how: `disk full (${SIZE_MIB} MiB)`,
      begin: () => fill(foreign),
      end: () => rmSync(foreign),
    });
    const { lastSequence } = await server.status.getStatus({});
    fill(foreign);
    await server.kill();
    const start = await server.start().then(
      () => "it starts",
      (error: Error) => `it does not start, and says: ${error.message}`,
    );
    rmSync(foreign);
    await server.kill();
    await server.start();
    const after = await server.status.getStatus({});
    return [
      ...rows,
      shown("disk full again, SIGKILL, started while it is full", start),
      promised(
        "room made, started again",
        "what was told before is there after a restart",
        after.lastSequence > lastSequence ? [] : [`${after.lastSequence} after ${lastSequence}`],
        `${lastSequence} events before, ${after.lastSequence} after`,
      ),
    ];
  },
};

function smallFileSystem(): string {
  const folder = mkdtempSync(join(tmpdir(), "heartbeat-faults-disk-"));
  run("mount", ["-t", "tmpfs", "-o", `size=${SIZE_MIB}m`, "heartbeat-faults", folder]);
  undoLater(() => {
    // Lazily: a server that is being killed may still have files open.
    run("umount", ["--lazy", folder]);
    rmdirSync(folder);
  });
  return folder;
}

/** Writes until nothing more fits, in ever smaller pieces. */
function fill(file: string): void {
  const fd = openSync(file, "w");
  try {
    for (let bytes = 1 << 20; bytes >= 1; bytes >>= 1) {
      const piece = Buffer.alloc(bytes);
      try {
        for (;;) writeSync(fd, piece);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      }
    }
  } finally {
    closeSync(fd);
  }
}
