/**
 * How values cross between JavaScript and the engine: as bytes. The form is described in `bindings/tape`, which reads and
 * writes the same.
 *
 * Nothing is coerced. What the engine could not take exactly is refused here, with its path: not a number, infinities, whole numbers
 * beyond 2^53 that are no bigint, texts with half a surrogate pair, functions, symbols, objects that contain themselves.
 */

import { DeskmatchError } from "./errors.js";

declare global {
  /** Methods that Node's buffers have and its typings leave out. They spare the look at the name of the encoding. */
  interface Buffer {
    latin1Slice(begin: number, end: number): string;
    utf8Slice(begin: number, end: number): string;
    utf8Write(text: string, place: number, length: number): number;
  }
}

const NULL = 0;
const FALSE = 1;
const TRUE = 2;
const UINT = 3;
const NEGATIVE = 4;
const BIG_U64 = 5;
const BIG_I64 = 6;
const FLOAT = 7;
const TEXT = 8;
const ASCII = 9;
const LIST = 10;
const OBJECT = 11;
const END = 12;

/** The largest whole number that is taken: 2^53, after the engine's last moment. Beyond it, neighbours can no longer be told apart. */
const SAFE_MAX = 2 ** 53;
const DEPTH_MAX = 128;
/** Bytes that may cross at once. */
const BYTES_MAX = 1 << 30;
const SHORT_TEXT_MAX = 48;

let keys: readonly string[] = [];
const keyNumbers = new Map<string, number>();

/** Sets the keys that have numbers, as the addon names them. */
export function setKeys(names: readonly string[]): void {
  keys = names;
  names.forEach((name, index) => keyNumbers.set(name, index + 2));
}

/** The key that has a number. */
export function keyName(number: number): string {
  return keys[number - 2]!;
}

/**
 * Names of fields that came lately, all of which have numbers of one byte, and these. Their place is made of how many there are and how
 * long the first is.
 */
const latest: { readonly names: readonly string[]; readonly numbers: readonly number[] }[] = [];
const LATEST = 64;

/** The numbers of the fields of an object, if they are those of an object that came lately. */
function numbersOf(names: readonly string[]): readonly number[] | undefined {
  const count = names.length;
  if (count === 0) return undefined;
  const slot = (count * 8 + names[0]!.length) % LATEST;
  const known = latest[slot];
  if (known !== undefined && known.names.length === count) {
    let index = 0;
    while (index < count && known.names[index] === names[index]) index++;
    if (index === count) return known.numbers;
  }
  const numbers: number[] = [];
  for (const name of names) {
    const number = keyNumbers.get(name);
    if (number === undefined) return undefined;
    numbers.push(number);
  }
  latest[slot] = { names, numbers };
  return numbers;
}

function allocate(length: number): Buffer {
  return Buffer.allocUnsafeSlow(length);
}

type Path = (string | number)[];

/** Where a value is, as the engine writes paths: `ticket.skills[0].level`. */
function pathText(path: Path, depth: number): string {
  let text = "";
  for (let index = 0; index < depth; index++) {
    const part = path[index]!;
    text += typeof part === "number" ? `[${part}]` : text === "" ? part : `.${part}`;
  }
  return text;
}

/** Writes values into a buffer that grows. */
export class Writer {
  bytes: Buffer = allocate(4096);
  place = 0;
  /** Where the value is that is being written, and how many parts of that count: cheaper than cutting parts off. */
  private readonly path: Path = [];
  private depth = 0;

  reset(): void {
    this.place = 0;
    this.depth = 0;
  }

  /** Gives back the memory of an unusually large value. */
  trim(): void {
    if (this.bytes.length > 1 << 22) this.bytes = allocate(4096);
  }

  private refuse(message: string, cause?: unknown): never {
    const path = pathText(this.path, this.depth);
    const text = path === "" ? message : `\`${path}\`: ${message}`;
    throw new DeskmatchError("invalid_value", text, { path, faults: [{ path, message }], cause });
  }

  private room(more: number): void {
    const needed = this.place + more;
    if (needed <= this.bytes.length) return;
    if (needed > BYTES_MAX) this.refuse("the value is larger than 1 GiB");
    const grown = allocate(Math.max(needed, Math.min(this.bytes.length * 2, BYTES_MAX)));
    this.bytes.copy(grown, 0, 0, this.place);
    this.bytes = grown;
  }

  /** Writes bytes as they are. */
  raw(bytes: Uint8Array): void {
    this.room(bytes.length);
    this.bytes.set(bytes, this.place);
    this.place += bytes.length;
  }

  private varint(number: number): void {
    const bytes = this.bytes;
    let place = this.place;
    while (number >= 0x80) {
      bytes[place++] = (number & 0x7f) | 0x80;
      number = number < 0x80000000 ? number >>> 7 : Math.floor(number / 128);
    }
    bytes[place++] = number;
    this.place = place;
  }

  /** Writes the length of a text and the text; gives back whether it is ASCII. */
  private characters(text: string, tag: boolean): void {
    const length = text.length;
    this.room(length + 16);
    const begin = this.place;
    if (length <= SHORT_TEXT_MAX) {
      const bytes = this.bytes;
      let place = begin;
      if (tag) bytes[place++] = ASCII;
      bytes[place++] = length;
      let index = 0;
      for (; index < length; index++) {
        const code = text.charCodeAt(index);
        if (code >= 0x80) break;
        bytes[place++] = code;
      }
      if (index === length) {
        this.place = place;
        return;
      }
    }
    if (!text.isWellFormed()) this.refuse("the text holds half a surrogate pair; no character is written so");
    const size = Buffer.byteLength(text, "utf8");
    this.room(size + 16);
    if (tag) this.bytes[this.place++] = TEXT;
    this.varint(size);
    this.bytes.utf8Write(text, this.place, size);
    this.place += size;
  }

  private key(key: string): void {
    const number = keyNumbers.get(key);
    this.room(16);
    if (number !== undefined) {
      this.varint(number);
      return;
    }
    this.bytes[this.place++] = 1;
    this.characters(key, false);
  }

  private number(value: number): void {
    if (Number.isInteger(value) && value <= SAFE_MAX && value >= -SAFE_MAX) {
      this.bytes[this.place++] = value < 0 ? NEGATIVE : UINT;
      this.varint(Math.abs(value));
      return;
    }
    if (!Number.isFinite(value)) this.refuse(`${value} is not a number that can be taken`);
    if (Number.isInteger(value)) {
      this.refuse(`${value} is beyond what a number holds exactly; give a bigint`);
    }
    this.bytes[this.place++] = FLOAT;
    this.bytes.writeDoubleLE(value, this.place);
    this.place += 8;
  }

  private bigint(value: bigint): void {
    if (value === BigInt.asIntN(64, value)) {
      this.bytes[this.place++] = BIG_I64;
      this.bytes.writeBigInt64LE(value, this.place);
    } else if (value === BigInt.asUintN(64, value)) {
      this.bytes[this.place++] = BIG_U64;
      this.bytes.writeBigUInt64LE(value, this.place);
    } else {
      this.refuse("the bigint is beyond 64 bits");
    }
    this.place += 8;
  }

  /** Writes any value. */
  value(value: unknown): void {
    switch (typeof value) {
      case "string":
        this.characters(value, true);
        return;
      case "number":
        this.room(16);
        this.number(value);
        return;
      case "boolean":
        this.room(1);
        this.bytes[this.place++] = value ? TRUE : FALSE;
        return;
      case "bigint":
        this.room(16);
        this.bigint(value);
        return;
      case "object":
        if (value === null) {
          this.room(1);
          this.bytes[this.place++] = NULL;
        } else if (Array.isArray(value)) {
          this.list(value);
        } else if (value instanceof Date) {
          this.date(value);
        } else {
          this.object(value, undefined);
        }
        return;
      case "undefined":
        return this.refuse("a value is missing");
      default:
        return this.refuse(`a ${typeof value} is not a value that can be taken`);
    }
  }

  private date(value: Date): void {
    const at = value.getTime();
    if (Number.isNaN(at)) this.refuse("the date is not valid");
    this.room(16);
    this.number(at);
  }

  private deeper(part: string | number): void {
    this.path[this.depth++] = part;
    if (this.depth > DEPTH_MAX) {
      this.depth = 8;
      this.refuse(`the value nests more than ${DEPTH_MAX} deep, or contains itself`);
    }
  }

  private list(list: readonly unknown[]): void {
    this.room(2);
    this.bytes[this.place++] = LIST;
    const length = list.length;
    for (let index = 0; index < length; index++) {
      this.deeper(index);
      this.value(list[index]);
      this.depth--;
    }
    this.room(1);
    this.bytes[this.place++] = END;
  }

  /** Writes one of several values, as an item of a list would be named. */
  item(value: unknown, index: number): void {
    this.path[this.depth++] = index;
    this.value(value);
    this.depth--;
  }

  /** Writes the fields of an object but those that are undefined, after `type` if one is given. */
  object(object: object, type: string | undefined, without?: string, also?: string): void {
    const prototype: unknown = Object.getPrototypeOf(object);
    if (prototype !== Object.prototype && prototype !== null) {
      const kind = Object.prototype.toString.call(object);
      if (kind !== "[object Object]") this.refuse(`an ${kind.slice(8, -1)} is not a plain object`);
    }
    this.room(2);
    this.bytes[this.place++] = OBJECT;
    if (type !== undefined) {
      this.key("type");
      this.characters(type, true);
    }
    const names = Object.keys(object);
    const numbers = numbersOf(names);
    for (let index = 0; index < names.length; index++) {
      const key = names[index]!;
      if (key === without || key === also) continue;
      this.deeper(key);
      const value = (object as Record<string, unknown>)[key];
      if (value !== undefined) {
        if (numbers === undefined) {
          this.key(key);
        } else {
          this.room(2);
          this.bytes[this.place++] = numbers[index]!;
        }
        this.value(value);
      }
      this.depth--;
    }
    this.room(1);
    this.bytes[this.place++] = 0;
  }

  /** Runs writing that may meet the caller's own code: what that throws comes back as an error with the path. */
  careful(write: () => void): void {
    try {
      write();
    } catch (error) {
      if (error instanceof DeskmatchError) throw error;
      const what = error instanceof RangeError ? "the value is too large" : "reading the value threw";
      this.refuse(what, error);
    }
  }
}

const TEXTS = 4096;
/** How many words of four bytes a short text has at most, its last bytes included. */
const WORDS = (SHORT_TEXT_MAX >> 2) + 1;
/** How many orders of keys are known at most: a caller may make as many as it likes. */
const SHAPES_MAX = 4096;
/** So often an order of keys must come before it is worth a function of its own. */
const SHAPE_USES = 32;

type Make = (stack: readonly unknown[], base: number) => Record<string, unknown>;

/**
 * The keys that an object has so far, in their order.
 *
 * Adding properties one by one is most of what reading an event costs. An object literal with the same keys makes all of them at once, so
 * each order of keys that is met often gets a function with its literal. The keys are those of the engine, never the caller's.
 */
class Shape {
  readonly next: (Shape | undefined)[] = [];
  private uses = 0;
  private literal: Make | undefined;
  private static count = 0;

  constructor(private readonly keys: readonly string[]) {
    Shape.count++;
  }

  /** The shape with one key more, undefined where there are too many. */
  grow(number: number): Shape | undefined {
    const key = keys[number - 2];
    if (key === undefined || Shape.count >= SHAPES_MAX || this.keys.includes(key)) return undefined;
    const shape = new Shape([...this.keys, key]);
    // Filled from the start: an array with gaps is slower to read.
    while (this.next.length <= number) this.next.push(undefined);
    this.next[number] = shape;
    return shape;
  }

  /** An object with these keys and the values that begin at `base`. */
  make(stack: readonly unknown[], base: number): Record<string, unknown> {
    if (this.literal !== undefined) return this.literal(stack, base);
    if (this.uses++ === SHAPE_USES) this.literal = this.compiled();
    const object: Record<string, unknown> = {};
    for (let index = 0; index < this.keys.length; index++) object[this.keys[index]!] = stack[base + index];
    return object;
  }

  /** Undefined where Node was told to make no code from texts. */
  private compiled(): Make | undefined {
    const fields = this.keys.map((key, index) => `${JSON.stringify(key)}: stack[base + ${index}]`);
    try {
      return new Function("stack", "base", `return { ${fields.join(", ")} };`) as Make;
    } catch {
      return undefined;
    }
  }
}

const SHAPES = new Shape([]);

/** Reads values from bytes. */
export class Reader {
  private bytes: Buffer = allocate(1);
  private place = 0;
  private end = 0;
  /** The values of the objects that are being read, the innermost last, and how many there are. */
  private readonly stack: unknown[] = [];
  private top = 0;
  /** Texts seen before, by a hash of their bytes: ids and names come again and again. */
  private readonly texts: (string | undefined)[] = new Array<string | undefined>(TEXTS).fill(undefined);
  /** Their bytes, and those of the text that is being read. */
  private readonly kept = new Int32Array(TEXTS * WORDS);
  private readonly words = new Int32Array(WORDS);
  private view: DataView = new DataView(new ArrayBuffer(1));

  begin(bytes: Buffer, place: number, end: number): void {
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    this.place = place;
    this.end = end;
    // Reading that threw may have left something.
    this.top = 0;
  }

  byte(): number {
    return this.bytes[this.place++]!;
  }

  isAtEnd(): boolean {
    return this.place >= this.end;
  }

  varint(): number {
    const bytes = this.bytes;
    let byte = bytes[this.place++]!;
    if (byte < 0x80) return byte;
    let number = byte & 0x7f;
    let factor = 128;
    do {
      byte = bytes[this.place++]!;
      number += (byte & 0x7f) * factor;
      factor *= 128;
    } while (byte >= 0x80);
    return number;
  }

  /** Passes over so many bytes; gives back where they begin. */
  pass(length: number): number {
    const begin = this.place;
    this.place += length;
    return begin;
  }

  private ascii(): string {
    const length = this.varint();
    const bytes = this.bytes;
    const begin = this.place;
    const end = begin + length;
    this.place = end;
    if (length > SHORT_TEXT_MAX) return bytes.latin1Slice(begin, end);
    // Four bytes at a time: reading and comparing them is most of what a known text costs.
    const { view, words } = this;
    const whole = length >> 2;
    let hash = length;
    for (let index = 0; index < whole; index++) {
      const word = view.getInt32(begin + (index << 2), true);
      words[index] = word;
      hash = Math.imul(hash ^ word, 0x9e3779b1) ^ (hash >>> 15);
    }
    let tail = 0;
    for (let place = begin + (whole << 2); place < end; place++) tail = (tail << 8) | bytes[place]!;
    words[whole] = tail;
    hash = Math.imul(hash ^ tail, 0x9e3779b1);
    const slot = (hash ^ (hash >>> 15)) & (TEXTS - 1);
    const known = this.texts[slot];
    const kept = slot * WORDS;
    if (known !== undefined && known.length === length) {
      let index = 0;
      while (index <= whole && this.kept[kept + index] === words[index]) index++;
      if (index > whole) return known;
    }
    const text = bytes.latin1Slice(begin, end);
    this.texts[slot] = text;
    for (let index = 0; index <= whole; index++) this.kept[kept + index] = words[index]!;
    return text;
  }

  private utf8(): string {
    const length = this.varint();
    const begin = this.pass(length);
    return this.bytes.utf8Slice(begin, begin + length);
  }

  value(): unknown {
    const tag = this.bytes[this.place++]!;
    switch (tag) {
      case NULL:
        return null;
      case FALSE:
        return false;
      case TRUE:
        return true;
      case UINT:
        return this.varint();
      case NEGATIVE:
        return -this.varint();
      case BIG_U64:
        return this.bytes.readBigUInt64LE(this.pass(8));
      case BIG_I64:
        return this.bytes.readBigInt64LE(this.pass(8));
      case FLOAT:
        return this.bytes.readDoubleLE(this.pass(8));
      case TEXT:
        return this.utf8();
      case ASCII:
        return this.ascii();
      case LIST:
        return this.list();
      case OBJECT:
        return this.object();
      default:
        throw new DeskmatchError("internal_error", `${tag} is no tag of a value`, {});
    }
  }

  private list(): unknown[] {
    const list: unknown[] = [];
    while (this.bytes[this.place] !== END) list.push(this.value());
    this.place++;
    return list;
  }

  private object(): Record<string, unknown> {
    const stack = this.stack;
    const base = this.top;
    let shape: Shape | undefined = SHAPES;
    for (;;) {
      const number = this.varint();
      if (number === 0) {
        this.top = base;
        return shape.make(stack, base);
      }
      // A key of the caller's own, or one more order of keys than are kept.
      const next: Shape | undefined = number === 1 ? undefined : (shape.next[number] ?? shape.grow(number));
      if (next === undefined) return this.rest(shape, base, number);
      shape = next;
      const value = this.value();
      // Values below leave the top where it was; a plain store is much cheaper than pushing and cutting off.
      stack[this.top++] = value;
    }
  }

  /** The rest of an object from its next key on, property by property. */
  private rest(shape: Shape, base: number, number: number): Record<string, unknown> {
    const object = shape.make(this.stack, base);
    this.top = base;
    while (number !== 0) {
      const key = number === 1 ? this.utf8() : keys[number - 2]!;
      if (key === "__proto__") {
        const value = this.value();
        Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
      } else {
        object[key] = this.value();
      }
      number = this.varint();
    }
    return object;
  }
}
