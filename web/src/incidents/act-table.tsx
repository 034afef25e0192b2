import type { ComponentChildren } from "preact";

export interface ActTableProps {
  /** What each column shows, but for the last: there a row has what can be done about it. */
  readonly columns: readonly string[];
  /** Its rows. */
  readonly children: ComponentChildren;
}

/** A table whose rows end with a button. */
export function ActTable({ columns, children }: ActTableProps) {
  return (
    <div class="scroll-x">
      <table class="plain-table">
        <thead>
          <tr>
            {columns.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
            <th scope="col">
              <span class="unseen">What to do</span>
            </th>
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
