import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { readSettings } from "../../src/config/read.ts";
import { root } from "./support.ts";

interface Probe {
  readonly grpc: { readonly port: number; readonly service?: string };
}

interface Container {
  readonly name: string;
  readonly restartPolicy?: string;
  readonly args?: readonly string[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
  readonly ports?: readonly { readonly containerPort: number }[];
  readonly startupProbe: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe: Probe;
  readonly securityContext: Record<string, unknown>;
}

const text = readFileSync(join(root, "deploy/kubernetes/sidecar.yaml"), "utf8");
const [deployment, policy] = [...parseAllDocuments(text)].map((document) => document.toJS());
const pod = deployment.spec.template.spec;
const sidecar = pod.initContainers[0] as Container;
const app = pod.containers[0] as Container;

function settingsOf(args: readonly string[]) {
  const flags = args.slice(1).map((arg) => {
    const [, name = "", value = "true"] = /^--([a-z-]+)(?:=(.*))?$/.exec(arg) ?? [];
    return [name, value] as const;
  });
  return readSettings({ flags: Object.fromEntries(flags), env: {}, hostName: "pod" }).settings;
}

test("the sidecar is a native one, and its flags are settings that the server takes", () => {
  expect(sidecar.restartPolicy).toBe("Always");
  expect(sidecar.args?.[0]).toBe("serve");
  const settings = settingsOf(sidecar.args ?? []);
  expect(settings.insecure).toBe(true);
  expect(pod.terminationGracePeriodSeconds * 1000).toBeGreaterThan(settings.drainGraceMs);
});

test("the probes call the port that the sidecar serves on", () => {
  const port = Number(
    settingsOf(sidecar.args ?? [])
      .grpcAddress.split(":")
      .at(-1),
  );
  expect(sidecar.ports?.[0]?.containerPort).toBe(port);
  const probes = [sidecar.startupProbe, sidecar.readinessProbe, sidecar.livenessProbe];
  for (const probe of probes) expect(probe?.grpc).toEqual({ port });
  expect(app.livenessProbe.grpc).toEqual({ port, service: "agent/default/app-0" });
});

test("the journal has a volume where the image keeps it", () => {
  const dockerfile = readFileSync(join(root, "Dockerfile"), "utf8");
  const [mount] = sidecar.volumeMounts ?? [];
  expect(dockerfile).toContain(`ENV HEARTBEAT_DATA_DIR=${mount?.mountPath}\n`);
  expect(pod.volumes.map(({ name }: { name: string }) => name)).toContain(mount?.name);
});

test("nobody is root, and nothing can be written but the journal", () => {
  expect(pod.securityContext.runAsNonRoot).toBe(true);
  for (const { securityContext } of [sidecar, app]) {
    expect(securityContext).toMatchObject({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
  }
});

test("the policy guards the open listener of the same pods", () => {
  expect(policy.spec.podSelector).toEqual(deployment.spec.selector);
  const open = policy.spec.ingress.flatMap((rule: { ports: { port: number }[] }) =>
    rule.ports.map(({ port }) => port),
  );
  expect(open).not.toContain(50051);
});
