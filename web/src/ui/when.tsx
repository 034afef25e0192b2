import { type Timestamp, timestampMs } from "@bufbuild/protobuf/wkt";
import { instant } from "../../../src/cli/words.ts";
import { usePage } from "../page.ts";
import { momentText } from "./words.ts";

/** An instant as people say it; in full, and in UTC, for who points at it. */
export function When({ at }: { at: Timestamp | undefined }) {
  const { serverWall } = usePage();
  if (at === undefined) return <>-</>;
  return <time title={instant(at)}>{momentText(timestampMs(at), serverWall.value)}</time>;
}
