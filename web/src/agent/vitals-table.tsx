import type { Agent } from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { span } from "../../../src/cli/words.ts";

/** What the process last measured of itself. */
export function VitalsTable({ agent: { vitals } }: { agent: Agent }) {
  if (vitals === undefined) return null;
  const rows: (readonly [string, string])[] = [
    ["processor", `${vitals.cpu.toFixed(2)} cores`],
    ["memory", mebibytes(vitals.rssBytes)],
    ...(vitals.loopLag ? ([["timers late by", span(vitals.loopLag)]] as const) : []),
    ...Object.entries(vitals.custom)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => [name, figure(value)] as const),
  ];
  return (
    <section class="panel vitals" aria-label="Last vitals">
      <h2>Last vitals</h2>
      <table>
        <tbody>
          {rows.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const MEBIBYTE = 2 ** 20;

const mebibytes = (bytes: bigint): string => `${(Number(bytes) / MEBIBYTE).toFixed(1)} MiB`;

/** Beyond these bounds digits are only noughts. */
const PLAIN = { least: 1e-6, most: 1e15 };

function figure(value: number): string {
  const size = Math.abs(value);
  if (size > 0 && (size < PLAIN.least || size >= PLAIN.most)) return value.toExponential(3);
  return value.toLocaleString("en-US", { maximumSignificantDigits: 6 });
}
