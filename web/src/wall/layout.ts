import type { Seen } from "../data/seen.ts";
import type { Arrangement, Group } from "../view/arrange.ts";

/** How an agent is drawn: with its name, or as a dot. */
export type Form = "tile" | "dot";

/** The cells of one group, in rows. */
export interface Section {
  readonly group: Group;
  readonly form: Form;
  /** Of its title; the cells begin below it. */
  readonly top: number;
  readonly cellsTop: number;
  readonly bottom: number;
  readonly columns: number;
  /** From one cell to the next. */
  readonly pitchX: number;
  readonly pitchY: number;
  /** Left between two cells. */
  readonly gap: number;
  /** The place of its first agent among all. */
  readonly first: number;
}

export interface Layout {
  readonly sections: readonly Section[];
  readonly agents: readonly Seen[];
  readonly width: number;
  readonly height: number;
}

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** In pixels. */
export const TITLE_HEIGHT = 28;
const SECTION_GAP = 12;
const TILE = { minWidth: 148, height: 26, gap: 4 } as const;
/** From the most readable on; the last is used however many there are. */
const DOT_PITCHES = [28, 24, 20, 18, 16, 14, 12, 11, 10, 9, 8, 7, 6] as const;
/** Names are worth scrolling for, this many screens. */
const SCREENS_OF_TILES = 3;
/** In a wall of dots, this part of a screen goes to a group that somebody should look at. */
const SCREEN_OF_TROUBLE = 0.25;

type Grid = Pick<Section, "form" | "columns" | "pitchX" | "pitchY" | "gap">;

/** The most readable layout that fits, and else the densest. */
export function layOut({ groups }: Arrangement, width: number, height: number): Layout {
  const agents = groups.flatMap((group) => group.agents);
  return { agents, width, ...fitted(groups, width, height) };
}

type Placed = Pick<Layout, "sections" | "height">;

function fitted(groups: readonly Group[], width: number, height: number): Placed {
  const named = placed(groups, () => tileGrid(width));
  if (named.height <= height * SCREENS_OF_TILES) return named;
  const grids = new Map(groups.map((group) => [group, troubleGrid(group, width, height)]));
  const dotted = (pitch: number) =>
    placed(groups, (group) => larger(grids.get(group), dotGrid(width, pitch)));
  const fitting = DOT_PITCHES.map(dotted).find((layout) => layout.height <= height);
  return fitting ?? dotted(DOT_PITCHES.at(-1) as number);
}

/** Those in trouble keep their names while they are few, and are larger than the others while they fit. */
function troubleGrid(group: Group, width: number, height: number): Grid | undefined {
  if (!group.isTroubled) return undefined;
  const grids = [tileGrid(width), ...DOT_PITCHES.map((pitch) => dotGrid(width, pitch))];
  const heightOf = ({ columns, pitchY }: Grid) => rowsOf(group, columns) * pitchY;
  return grids.find((grid) => heightOf(grid) <= height * SCREEN_OF_TROUBLE);
}

const larger = (a: Grid | undefined, b: Grid): Grid => (a && a.pitchY > b.pitchY ? a : b);

/** How many rows a group takes. */
export const rowsOf = ({ agents }: Group, columns: number) => Math.ceil(agents.length / columns);

function placed(groups: readonly Group[], gridOf: (group: Group) => Grid): Placed {
  const sections: Section[] = [];
  let top = 0;
  let first = 0;
  for (const group of groups) {
    const grid = gridOf(group);
    const cellsTop = top + (group.title === "" ? 0 : TITLE_HEIGHT);
    const bottom = cellsTop + rowsOf(group, grid.columns) * grid.pitchY;
    sections.push({ group, top, cellsTop, bottom, first, ...grid });
    first += group.agents.length;
    top = bottom + SECTION_GAP;
  }
  return { sections, height: Math.max(0, top - SECTION_GAP) };
}

function tileGrid(width: number): Grid {
  const columns = Math.max(1, Math.floor((width + TILE.gap) / (TILE.minWidth + TILE.gap)));
  const pitchX = (width + TILE.gap) / columns;
  return { form: "tile", columns, pitchX, pitchY: TILE.height + TILE.gap, gap: TILE.gap };
}

function dotGrid(width: number, pitch: number): Grid {
  const gap = pitch >= 16 ? 3 : pitch >= 9 ? 2 : 1;
  const columns = Math.max(1, Math.floor((width + gap) / pitch));
  return { form: "dot", columns, pitchX: pitch, pitchY: pitch, gap };
}

/** Where an agent is drawn. */
export function rectOf(layout: Layout, index: number): Rect | undefined {
  const section = sectionOf(layout, index);
  if (section === undefined) return undefined;
  const cell = cellOf(section, index - section.first);
  return { ...cell, y: section.cellsTop + cell.y };
}

export function sectionOf({ sections }: Layout, index: number): Section | undefined {
  if (index < 0) return undefined;
  return sections.find(({ first, group }) => index < first + group.agents.length);
}

/** Where a cell lies below the title of its section. */
export function cellOf({ columns, pitchX, pitchY, gap }: Section, place: number): Rect {
  return {
    x: (place % columns) * pitchX,
    y: Math.floor(place / columns) * pitchY,
    width: pitchX - gap,
    height: pitchY - gap,
  };
}

/** Who is drawn there; undefined beside and between the cells' grid. */
export function indexAt({ sections }: Layout, x: number, y: number): number | undefined {
  const section = sections.find(({ cellsTop, bottom }) => y >= cellsTop && y < bottom);
  if (section === undefined || x < 0) return undefined;
  const { columns, pitchX, pitchY, cellsTop, first, group } = section;
  const column = Math.floor(x / pitchX);
  if (column >= columns) return undefined;
  const place = Math.floor((y - cellsTop) / pitchY) * columns + column;
  return place < group.agents.length ? first + place : undefined;
}
