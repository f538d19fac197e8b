/** What is owed and what was asked: rows, forms, lines. Owners are units and posts, never persons. */
import type { Obligation, Proposal } from "../answers.ts";
import { choicesOf } from "../choices.ts";
import type { Field } from "../fields.ts";
import type { RoomWords } from "../i18n.en.ts";
import type { Row } from "../parts/rows.ts";
import { at, dueCell, type Shown } from "../times.ts";
import { word } from "../words.ts";

export type Shelf = "obligations" | "proposals";

/** What waits first, the nearest deadline first, without a date last; then what is done, the newest first. */
export function orderByNeed<T extends { deadline_time: string | null }>(
  tasks: readonly T[],
  isOpen: (task: T) => boolean,
  endedAt: (task: T) => string | null,
): T[] {
  const due = (one: T) => (one.deadline_time === null ? Infinity : Date.parse(one.deadline_time));
  const ended = (one: T) => Date.parse(endedAt(one) ?? "1970-01-01T00:00:00Z");
  return [...tasks].toSorted((a, b) => {
    if (isOpen(a) !== isOpen(b)) return isOpen(a) ? -1 : 1;
    if (!isOpen(a)) return ended(b) - ended(a);
    const [dueA, dueB] = [due(a), due(b)];
    return dueA === dueB ? 0 : dueA < dueB ? -1 : 1;
  });
}

export const orderObligations = (tasks: readonly Obligation[]) =>
  orderByNeed(
    tasks,
    ({ state }) => state === "open",
    ({ completed_time }) => completed_time,
  );
export const orderProposals = (tasks: readonly Proposal[]) =>
  orderByNeed(
    tasks,
    ({ state }) => state === "waiting",
    ({ answered_time }) => answered_time,
  );

export function obligationRow(one: Obligation, shown: Shown): Row {
  const { words, nowMs } = shown;
  const isOpen = one.state === "open";
  return {
    id: one.obligation_id,
    cells: {
      title: { text: one.title, sub: one.source_text },
      due: isOpen
        ? dueCell(one.deadline_time, one.is_overdue, words.list.noDate, shown)
        : { text: words.tasks.done, sub: at(one.completed_time, nowMs), isDone: true },
      owner: { text: one.owner },
      owedTo: { text: one.owed_to },
    },
  };
}

export function proposalRow(one: Proposal, shown: Shown): Row {
  const { words, nowMs } = shown;
  const state = word(words.tasks.states, one.state);
  const isGood = one.state === "accepted" || one.state === "settled";
  return {
    id: one.proposal_id,
    cells: {
      title: { text: one.title },
      due:
        one.state === "waiting"
          ? dueCell(one.deadline_time, one.is_overdue, words.list.noDate, shown)
          : { text: state, sub: at(one.answered_time, nowMs), isDone: isGood },
      to: { text: one.routed_to },
      from: { text: one.proposed_by },
    },
  };
}

export function obligationFields(words: RoomWords): Field[] {
  const { tasks } = words;
  return [
    { name: "title", kind: "text", label: tasks.title, required: true, max: 300, wide: true },
    { name: "source_text", kind: "long", label: tasks.source, hint: tasks.sourceHint, required: true, max: 2000 },
    { name: "owner", kind: "text", label: tasks.owner, hint: tasks.ownerHint, required: true },
    { name: "owed_to", kind: "text", label: tasks.owedTo },
    { name: "measure", kind: "long", label: tasks.measure, max: 1000 },
    { name: "deadline_time", kind: "time", label: tasks.deadline, wide: true },
  ];
}

export function completionFields(words: RoomWords): Field[] {
  return [{ name: "proof", kind: "long", label: words.tasks.proof, hint: words.tasks.proofHint, required: true }];
}

export function proposalFields(words: RoomWords): Field[] {
  const { tasks } = words;
  return [
    { name: "title", kind: "text", label: tasks.title, required: true, max: 300, wide: true },
    { name: "text", kind: "long", label: tasks.text, max: 8000 },
    { name: "proposed_by", kind: "text", label: tasks.proposedBy, hint: tasks.ownerHint, required: true },
    { name: "routed_to", kind: "text", label: tasks.routedTo, required: true },
    { name: "deadline_time", kind: "time", label: tasks.answerBy, wide: true },
  ];
}

/** Only the answers that may follow now, as the server lists them. */
export function answerFields(one: Proposal, words: RoomWords): Field[] {
  const { tasks } = words;
  return [
    {
      name: "kind",
      kind: "choice",
      label: tasks.answerKind,
      choices: choicesOf(tasks.states, one.possible_answers),
      required: true,
      wide: true,
    },
    { name: "text", kind: "long", label: tasks.answerText, hint: tasks.answerTextHint, max: 8000 },
  ];
}

export function linesOfObligation(one: Obligation, words: RoomWords, nowMs: number): [string, string][] {
  const { tasks } = words;
  return [
    [tasks.state, one.state === "open" ? tasks.open : tasks.done],
    [tasks.deadline, at(one.deadline_time, nowMs) || words.list.noDate],
    [tasks.source, one.source_text],
    [tasks.owner, one.owner],
    [tasks.owedTo, one.owed_to],
    [tasks.measure, one.measure],
    [tasks.created, at(one.created_time, nowMs)],
    [tasks.completed, at(one.completed_time, nowMs)],
    [tasks.proof, one.proof],
  ];
}

export function linesOfProposal(one: Proposal, words: RoomWords, nowMs: number): [string, string][] {
  const { tasks } = words;
  return [
    [tasks.state, word(tasks.states, one.state)],
    [tasks.answerBy, at(one.deadline_time, nowMs) || words.list.noDate],
    [tasks.text, one.text],
    [tasks.proposedBy, one.proposed_by],
    [tasks.routedTo, one.routed_to],
    [tasks.created, at(one.created_time, nowMs)],
    [tasks.answer, [at(one.answered_time, nowMs), one.answer].filter(Boolean).join(": ")],
  ];
}
