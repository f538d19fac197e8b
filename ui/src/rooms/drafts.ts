/** What was typed and not yet saved, and the id it is sent under. Closing a panel by mistake loses nothing. */
import { newOperationId } from "../api/operation.ts";
import type { Values } from "./fields.ts";

export class Draft {
  readonly form: string;
  values: Values;
  /** The version the person read when the form was begun: what came later must be seen before it is written over. */
  base: number | null | undefined;
  private sentBody = "";
  private sentId = "";

  constructor(form: string, values: Values = {}, base?: number | null) {
    this.form = form;
    this.values = { ...values };
    this.base = base;
  }

  /** Take what was typed; from now on it outlives the panel. */
  type(name: string, value: string): void {
    this.values[name] = value;
    kept.set(this.form, this);
  }

  /**
   * The operation id of this body. The same body again has the same id, so a repeated press after a lost answer is one
   * write; a changed body is a new step, which the server would refuse under the id of another.
   */
  operationId(body: object): string {
    const text = JSON.stringify(body);
    if (text !== this.sentBody) {
      this.sentBody = text;
      this.sentId = newOperationId();
    }
    return this.sentId;
  }

  /** Saved, or thrown away on purpose: the next write is another one, also with the same words. */
  forget(values: Values = {}, base?: number | null): void {
    this.values = { ...values };
    this.base = base;
    this.sentBody = "";
    kept.delete(this.form);
  }
}

const kept = new Map<string, Draft>();

/** The draft of a form: as it was left, else started from `initial`. */
export function draftOf(form: string, initial: Values = {}, base?: number | null): Draft {
  return kept.get(form) ?? new Draft(form, initial, base);
}
