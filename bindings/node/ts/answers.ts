/**
 * The answers of a batch, as the engine takes them apart: what many have in common, tags and keys, stands once for all, as a *form*;
 * what differs are words of four bytes, and texts by their place in a table. `bindings/tape/src/apart.rs` describes it and writes it.
 *
 * A form that comes often is made a function with one object literal, whose values lie at places that are known. So reading an answer
 * looks at no tag, no key and no length.
 */

import { DeskmatchError } from "./errors.js";
import { keyName } from "./tape.js";

const NULL = 0;
const FALSE = 1;
const TRUE = 2;
const UINT = 3;
const BIG_U64 = 5;
const BIG_I64 = 6;
const FLOAT = 7;
const ASCII = 9;
const LIST = 10;
const OBJECT = 11;
const END = 12;
const WIDE = 13;
const KEY_END = 0;
const KEY_TEXT = 1;

/** So often a form must come before it is worth a function of its own. */
const FORM_USES = 32;
/** How many forms are kept from batch to batch, and how long a form may be to be kept. */
const FORMS_MAX = 1024;
const FORM_BYTES_MAX = 4096;
/** A part of a text that is longer keeps the whole text alive. */
const PART_MAX = 12;
/** Texts of more bytes altogether are read one by one. */
const LETTERS_MAX = 1 << 24;

/** An object of the caller's may have any key, and the literal of one would not be its property. */
function add(object: Record<string, unknown>, key: string, value: unknown): Record<string, unknown> {
  if (key === "__proto__") {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[key] = value;
  }
  return object;
}

const double = new Float64Array(1);
const halves = new Int32Array(double.buffer);

/** What is read from words at a place. */
const READ = {
  wide: (words: Int32Array, at: number) => (words[at]! >>> 0) + words[at + 1]! * 2 ** 32,
  unsigned: (words: Int32Array, at: number) => BigInt.asUintN(64, READ.signed(words, at)),
  signed: (words: Int32Array, at: number) => (BigInt(words[at + 1]!) << 32n) | BigInt(words[at]! >>> 0),
  double: (words: Int32Array, at: number) => {
    halves[0] = words[at]!;
    halves[1] = words[at + 1]!;
    return double[0]!;
  },
  add,
};

type Make = (words: Int32Array, at: number, texts: Texts, known: readonly (string | undefined)[], read: typeof READ) => unknown;

/** The texts of a batch, each read when it is first asked for. */
class Texts {
  /** The texts that were read. */
  readonly known: (string | undefined)[];
  private whole: string | undefined;

  constructor(
    private readonly bytes: Buffer,
    private readonly begin: number,
    private readonly ends: Int32Array,
  ) {
    this.known = new Array<string | undefined>(ends.length).fill(undefined);
  }

  /** The text at a place. */
  read(place: number): string {
    const begin = place === 0 ? 0 : this.ends[place - 1]! >>> 0;
    const end = this.ends[place]! >>> 0;
    // One long text is much cheaper to make than many short ones, and cutting it is cheap as well.
    this.whole ??= this.readWhole();
    const isPart = end - begin <= PART_MAX && this.whole !== "";
    const text = isPart ? this.whole.substring(begin, end) : this.bytes.utf8Slice(this.begin + begin, this.begin + end);
    this.known[place] = text;
    return text;
  }

  /** All texts as one, empty where places in it would not be those in the bytes. */
  private readWhole(): string {
    const length = this.ends.length === 0 ? 0 : this.ends.at(-1)! >>> 0;
    if (length > LETTERS_MAX) return "";
    const whole = this.bytes.utf8Slice(this.begin, this.begin + length);
    return whole.length === length ? whole : "";
  }
}

/** Reads an answer by its form, tag by tag. */
class Walk {
  private place = 0;

  constructor(
    private readonly form: Buffer,
    private readonly words: Int32Array,
    private at: number,
    private readonly texts: Texts,
  ) {}

  private pass(words: number): number {
    const at = this.at;
    this.at += words;
    return at;
  }

  private text(): string {
    const place = this.words[this.pass(1)]!;
    return this.texts.known[place] ?? this.texts.read(place);
  }

  value(): unknown {
    const tag = this.form[this.place++]!;
    switch (tag) {
      case NULL:
        return null;
      case FALSE:
        return false;
      case TRUE:
        return true;
      case UINT:
        return this.words[this.pass(1)]!;
      case WIDE:
        return READ.wide(this.words, this.pass(2));
      case BIG_U64:
        return READ.unsigned(this.words, this.pass(2));
      case BIG_I64:
        return READ.signed(this.words, this.pass(2));
      case FLOAT:
        return READ.double(this.words, this.pass(2));
      case ASCII:
        return this.text();
      case LIST: {
        const list: unknown[] = [];
        while (this.form[this.place] !== END) list.push(this.value());
        this.place++;
        return list;
      }
      case OBJECT: {
        const object: Record<string, unknown> = {};
        for (let key = this.form[this.place++]!; key !== KEY_END; key = this.form[this.place++]!) {
          if (key === KEY_TEXT) add(object, this.text(), this.value());
          else object[keyName(key)] = this.value();
        }
        return object;
      }
      default:
        throw new DeskmatchError("internal_error", `${tag} is no tag of a form`, {});
    }
  }
}

/** Writes the function that reads answers of a form. The keys in it are the engine's own, never the caller's. */
class Source {
  private place = 0;
  private words = 0;

  constructor(private readonly form: Buffer) {}

  private pass(words: number): string {
    const at = this.words;
    this.words += words;
    return `at + ${at}`;
  }

  private text(): string {
    const place = `words[${this.pass(1)}]`;
    return `(known[${place}] ?? texts.read(${place}))`;
  }

  value(): string {
    switch (this.form[this.place++]!) {
      case NULL:
        return "null";
      case FALSE:
        return "false";
      case TRUE:
        return "true";
      case UINT:
        return `words[${this.pass(1)}]`;
      case WIDE:
        return `read.wide(words, ${this.pass(2)})`;
      case BIG_U64:
        return `read.unsigned(words, ${this.pass(2)})`;
      case BIG_I64:
        return `read.signed(words, ${this.pass(2)})`;
      case FLOAT:
        return `read.double(words, ${this.pass(2)})`;
      case ASCII:
        return this.text();
      case LIST: {
        const items: string[] = [];
        while (this.form[this.place] !== END) items.push(this.value());
        this.place++;
        return `[${items.join(", ")}]`;
      }
      default:
        return this.object();
    }
  }

  private object(): string {
    const fields: string[] = [];
    let object: string | undefined;
    for (let key = this.form[this.place++]!; key !== KEY_END; key = this.form[this.place++]!) {
      // A literal has the keys of the engine up to the caller's first one; the others are added, in their order.
      const name = key === KEY_TEXT ? this.text() : JSON.stringify(keyName(key));
      if (key === KEY_TEXT) object ??= `{ ${fields.join(", ")} }`;
      if (object === undefined) fields.push(`${name}: ${this.value()}`);
      else object = `read.add(${object}, ${name}, ${this.value()})`;
    }
    return object ?? `{ ${fields.join(", ")} }`;
  }
}

class Form {
  private uses = 0;
  private make: Make | undefined;

  constructor(
    private readonly bytes: Buffer,
    private readonly isKept: boolean,
  ) {}

  read(words: Int32Array, at: number, texts: Texts): unknown {
    if (this.make !== undefined) return this.make(words, at, texts, texts.known, READ);
    if (this.isKept && this.uses++ === FORM_USES) this.make = this.compiled();
    return new Walk(this.bytes, words, at, texts).value();
  }

  /** Undefined where Node was told to make no code from texts. */
  private compiled(): Make | undefined {
    try {
      return new Function("words", "at", "texts", "known", "read", `return ${new Source(this.bytes).value()};`) as Make;
    } catch {
      return undefined;
    }
  }
}

const forms = new Map<string, Form>();

function formOf(bytes: Buffer): Form {
  if (bytes.length > FORM_BYTES_MAX) return new Form(bytes, false);
  const name = bytes.latin1Slice(0, bytes.length);
  let form = forms.get(name);
  if (form === undefined) {
    const isKept = forms.size < FORMS_MAX;
    // A copy: the bytes are part of all answers.
    form = new Form(isKept ? Buffer.from(bytes) : bytes, isKept);
    if (isKept) forms.set(name, form);
  }
  return form;
}

/** The answers of a batch, which are read when they are asked for. */
export class Answers {
  private readonly words: Int32Array;
  private readonly forms: Form[] = [];
  private readonly texts: Texts;
  /** Where each answer begins. */
  readonly begins: number[] = [];

  /** The bytes must be kept as they are. */
  constructor(bytes: Buffer, end: number) {
    const words = (this.words = new Int32Array(bytes.buffer, bytes.byteOffset, end >>> 2));
    const tables = words[1]! >>> 0;
    for (let begin = 2; begin < tables; begin += words[begin]!) this.begins.push(begin);
    const formEnds = words.subarray(tables + 1, tables + 1 + words[tables]!);
    const formBytes = (tables + 1 + formEnds.length) * 4;
    let begin = 0;
    for (const end of formEnds) {
      this.forms.push(formOf(bytes.subarray(formBytes + begin, formBytes + end)));
      begin = end;
    }
    const texts = (formBytes + begin + 3) >>> 2;
    const textEnds = words.subarray(texts + 1, texts + 1 + words[texts]!);
    this.texts = new Texts(bytes, (texts + 1 + textEnds.length) * 4, textEnds);
  }

  /** Whether the answer that begins there is a failure. */
  isFailure(begin: number): boolean {
    return (this.words[begin + 1]! & 1) !== 0;
  }

  /** The value or the failure that begins there. */
  read(begin: number): unknown {
    return this.forms[this.words[begin + 1]! >>> 1]!.read(this.words, begin + 2, this.texts);
  }
}
