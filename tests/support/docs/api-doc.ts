/** Reads docs/api.md: its calls, the codes that it names for each, and its examples, which are run as one story. */

export interface Example {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly status: number;
  readonly answerKind: 'json' | 'text';
  readonly answer: string;
  /** For messages. */
  readonly line: number;
}

export interface Section {
  readonly method: string;
  readonly path: string;
  readonly codes: readonly string[];
  /** Its sentences and tables, without the examples. */
  readonly prose: string;
  readonly examples: readonly Example[];
}

const HEADING = /^### `(GET|POST|DELETE) (\/[^`?]*)(?:\?[^`]*)?`/;
const FENCE = /^```(\w*) ?(\d*)/;

export function readApiDoc(text: string): Section[] {
  const sections: { method: string; path: string; codes: string[]; prose: string; examples: Example[] }[] = [];
  const lines = text.split('\n');
  let request: { lines: string[]; line: number } | undefined;
  for (let at = 0; at < lines.length; at++) {
    const heading = HEADING.exec(lines[at]);
    if (heading) sections.push({ method: heading[1], path: heading[2], codes: [], prose: '', examples: [] });
    const section = sections.at(-1);
    if (!section) continue;
    if (lines[at].startsWith('Codes: ')) {
      let paragraph = lines[at];
      for (let next = at + 1; lines[next] !== ''; next++) paragraph += lines[next];
      section.codes.push(...[...paragraph.matchAll(/`([a-z_]+)`/g)].map(([, code]) => code));
    }
    const fence = FENCE.exec(lines[at]);
    if (!fence) {
      section.prose += `${lines[at]}\n`;
      continue;
    }
    const end = lines.findIndex((line, index) => index > at && line === '```');
    const content = lines.slice(at + 1, end);
    if (fence[1] === 'http') request = { lines: content, line: at + 1 };
    else if (request && (fence[1] === 'json' || fence[1] === 'text')) {
      section.examples.push(exampleOf(request, fence[1], Number(fence[2] || 200), content.join('\n')));
      request = undefined;
    }
    at = end;
  }
  return sections;
}

function exampleOf(
  request: { readonly lines: readonly string[]; readonly line: number },
  answerKind: 'json' | 'text',
  status: number,
  answer: string,
): Example {
  const [first, ...rest] = request.lines;
  const [method, path] = first.split(' ');
  const empty = rest.indexOf('');
  const head = empty < 0 ? rest : rest.slice(0, empty);
  const headers = Object.fromEntries(head.map((line) => line.split(': ') as [string, string]));
  const body = empty < 0 ? undefined : rest.slice(empty + 1).join('\n');
  return { method, path, headers, body, status, answerKind, answer, line: request.line };
}

/** Names in capitals stand for what an earlier answer said. */
const NAME = /\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g;

export class Story {
  readonly known: Map<string, string>;

  constructor(known: Readonly<Record<string, string>>) {
    this.known = new Map(Object.entries(known));
  }

  fill(text: string): string {
    return text.replace(NAME, (name) => this.known.get(name) ?? name);
  }

  /** Where an answer is not what the document says, as a sentence; takes over the names that it says. */
  compare(told: unknown, got: unknown, where = 'answer'): string[] {
    if (typeof told === 'string' && typeof got === 'string') return this.#compareText(told, got, where);
    if (Array.isArray(told) && Array.isArray(got)) {
      if (told.length !== got.length) return [`${where} has ${got.length} entries, not ${told.length}`];
      return told.flatMap((entry, index) => this.compare(entry, got[index], `${where}[${index}]`));
    }
    if (isObject(told) && isObject(got)) {
      const missing = Object.keys(told).filter((key) => !(key in got));
      const extra = Object.keys(got).filter((key) => !(key in told));
      return [
        ...missing.map((key) => `${where}.${key} is not answered`),
        ...extra.map((key) => `${where}.${key} is answered (${JSON.stringify(got[key])}) and not documented`),
        ...Object.keys(told).flatMap((key) => (key in got ? this.compare(told[key], got[key], `${where}.${key}`) : [])),
      ];
    }
    if (typeof told === 'number' && typeof got === 'number') return [];
    return told === got ? [] : [`${where} is ${JSON.stringify(got)}, not ${JSON.stringify(told)}`];
  }

  #compareText(told: string, got: string, where: string): string[] {
    if (new RegExp(`^${NAME.source}$`).test(told)) {
      const before = this.known.get(told);
      this.known.set(told, got);
      return before === undefined || before === got ? [] : [`${where} is ${got}, and ${told} was ${before} before`];
    }
    const isTime = (text: string): boolean => /^\d{4}-\d\d-\d\d(T[0-9:.]+Z)?$/.test(text);
    if (isTime(told) && isTime(got)) return [];
    if (told.endsWith('…') && got.startsWith(told.slice(0, -1))) return [];
    const filled = this.fill(told);
    return filled === got ? [] : [`${where} is ${JSON.stringify(got)}, not ${JSON.stringify(filled)}`];
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
