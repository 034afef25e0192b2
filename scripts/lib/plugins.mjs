/** The plugins that `npm run gen` runs: which languages they write, and where each comes from. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { arch, platform } from "node:os";
import { delimiter, join } from "node:path";
import { environment, root } from "./project.mjs";

const folder = join(root, ".plugins");
const bin = join(folder, "bin");
const own = join(root, "scripts", "plugins");

/** Everything that is fetched, pinned. `needs` are programs of the machine. */
export const plugins = {
  go: {
    needs: ["go"],
    programs: ["protoc-gen-go", "protoc-gen-go-grpc"],
    versions: ["protoc-gen-go v1.36.12", "protoc-gen-go-grpc v1.6.2"],
    install() {
      for (const module of [
        "google.golang.org/protobuf/cmd/protoc-gen-go@v1.36.12",
        "google.golang.org/grpc/cmd/protoc-gen-go-grpc@v1.6.2",
      ]) {
        must("go", ["install", module], { GOBIN: bin });
      }
    },
  },
  python: {
    needs: ["python3", "mvn"],
    programs: ["protoc", "protoc-gen-grpc_python", "protoc-gen-mypy_grpc"],
    versions: ["protoc 36.2", "grpcio-tools 1.85.1", "mypy-protobuf 5.1.0"],
    install() {
      const venv = join(folder, "python");
      must("python3", ["-m", "venv", venv]);
      const packages = ["grpcio-tools==1.85.1", "mypy-protobuf==5.1.0"];
      must(join(venv, "bin", "pip"), ["install", "--quiet", ...packages]);
      link(join(venv, "bin", "protoc-gen-mypy_grpc"), "protoc-gen-mypy_grpc");
      const shim = join(root, "scripts", "plugins", "grpc_python.py");
      script("protoc-gen-grpc_python", `exec "${join(venv, "bin", "python")}" "${shim}"`);
      installProtoc();
    },
  },
  java: {
    needs: ["mvn"],
    programs: ["protoc", "protoc-gen-grpc-java"],
    versions: ["protoc 36.2", "protoc-gen-grpc-java 1.83.1"],
    install() {
      installProtoc();
      fromMaven("io.grpc:protoc-gen-grpc-java:1.83.1", "protoc-gen-grpc-java");
    },
  },
  rust: {
    needs: ["cargo"],
    programs: ["protoc-gen-prost", "protoc-gen-tonic"],
    versions: ["protoc-gen-prost 0.5.0", "protoc-gen-tonic 0.5.0"],
    install() {
      const crates = ["protoc-gen-prost@0.5.0", "protoc-gen-tonic@0.5.0"];
      // Generating takes no time: what is not optimized, nor ready for a debugger, is built in a third of it, and
      // what both need once.
      const build = join(folder, "rust-build");
      const how = ["--debug", "--locked", "--quiet", "--root", folder, "--target-dir", build];
      must("cargo", ["install", ...how, ...crates], { CARGO_PROFILE_DEV_DEBUG: "0" });
      rmSync(build, { recursive: true });
    },
  },
};

/** Whether what is there is what is pinned. */
export function isInstalled(language) {
  const { programs, versions } = plugins[language];
  const stamp = stampOf(language);
  return (
    existsSync(stamp) &&
    readFileSync(stamp, "utf8") === versions.join("\n") &&
    programs.every((program) => existsSync(join(bin, program)))
  );
}

/** Programs of the machine that are missing for a language's plugins. */
export function missingFor(language) {
  return plugins[language].needs.filter(
    (program) => spawnSync(program, ["--version"], { stdio: "ignore" }).error !== undefined,
  );
}

export function install(language) {
  rmSync(stampOf(language), { force: true });
  mkdirSync(bin, { recursive: true });
  plugins[language].install();
  writeFileSync(stampOf(language), plugins[language].versions.join("\n"));
}

/** The environment in which buf finds the plugins. */
export function pluginEnvironment() {
  const env = environment();
  return { ...env, PATH: [bin, own, env.PATH].join(delimiter) };
}

function stampOf(language) {
  return join(folder, `${language}.installed`);
}

function must(command, args, env = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", 2, 2],
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}`);
}

function installProtoc() {
  fromMaven("com.google.protobuf:protoc:4.36.2", "protoc");
}

/** A program that is published as a file for each platform. */
function fromMaven(coordinates, name) {
  const system = { linux: "linux", darwin: "osx", win32: "windows" }[platform()];
  const machine = { x64: "x86_64", arm64: "aarch_64" }[arch()];
  const artifact = `${coordinates}:exe:${system}-${machine}`;
  const [, id, version] = coordinates.split(":");
  const to = join(folder, "maven");
  must("mvn", ["-q", "-B", "dependency:copy", `-Dartifact=${artifact}`, `-DoutputDirectory=${to}`]);
  const target = join(bin, name);
  copyFileSync(join(to, `${id}-${version}-${system}-${machine}.exe`), target);
  chmodSync(target, 0o755);
}

function link(file, name) {
  rmSync(join(bin, name), { force: true });
  symlinkSync(file, join(bin, name));
}

function script(name, line) {
  rmSync(join(bin, name), { force: true });
  writeFileSync(join(bin, name), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
}
