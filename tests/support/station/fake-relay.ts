/**
 * A relay of one device, in memory and on a test's own clock: holds polls, leases, redelivers, expires, ends. Small
 * enough to be obviously right; what the real one does is tested with the real one.
 */
import { isEnded, MAX_DELIVERIES, type CommandState } from '../../../shared/wire/commands.ts';
import type { Clock } from '../../../shared/util/clock.ts';
import type { Http, HttpAnswer, HttpRequest } from '../../../shared/station/station-types.ts';

export interface FakeCommand {
  readonly id: string;
  readonly type: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly fields: Readonly<Record<string, unknown>>;
  state: CommandState;
  reason: string | undefined;
  deliveries: number;
  leaseUntil: number;
  displayedAt: number | undefined;
  endedAt: number | undefined;
  /** Something else is on the display meanwhile. */
  isCovered?: boolean;
  /** When the web app wanted it off the screen. */
  askedOffAt?: number;
  calledOffAs?: string;
  readonly reports: Readonly<Record<string, unknown>>[];
}

/** What the network or the relay does wrong. */
export type RelayMood =
  | { readonly kind: 'well' }
  /** Connection refused. */
  | { readonly kind: 'down' }
  /** Takes requests, never answers. */
  | { readonly kind: 'half_open' }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'status'; readonly status: number; readonly body?: Readonly<Record<string, unknown>> };

export class FakeRelay {
  readonly commands: FakeCommand[] = [];
  readonly requests: { readonly at: number; readonly method: string; readonly path: string }[] = [];
  readonly registrations: Readonly<Record<string, unknown>>[] = [];
  /** Since when it has been well; Infinity while it is not. */
  wellSince = 0;
  #mood: RelayMood = { kind: 'well' };
  /** Called with each report before it is acted upon. */
  onReport: (command: FakeCommand, body: Readonly<Record<string, unknown>>) => void = () => undefined;
  enrolKey = 'enrol';
  /** Another display has the name: an enrol key alone is not enough. */
  nameIsTaken = false;
  /** Requests to be let in, oldest first. The test decides. */
  readonly enrolments: { readonly id: string; verdict: 'waiting' | 'approved' | 'denied' | 'gone' }[] = [];
  /** Who has the display. */
  agent: { readonly name: string; readonly since: string } | null = null;
  isCodeOpen = false;
  leaseMs = 15_000;
  /** Of the display; sent with each command. */
  settings: Readonly<Record<string, unknown>> | undefined;
  token: string | undefined;
  #made = 0;
  readonly #clock: Clock;
  readonly #held = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get mood(): RelayMood {
    return this.#mood;
  }

  set mood(mood: RelayMood) {
    this.#mood = mood;
    this.wellSince = mood.kind === 'well' ? this.#clock.now() : Infinity;
  }

  readonly http: Http = async (request) => {
    const path = request.path.split('?')[0] ?? '';
    this.requests.push({ at: this.#clock.now(), method: request.method, path });
    if (this.requests.length > 5_000) this.requests.splice(0, 2_500);
    await this.#cross(request.signal);
    const { mood } = this;
    if (mood.kind === 'slow') await this.#clock.sleep(mood.ms, request.signal);
    if (mood.kind === 'status') return answer(mood.status, mood.body ?? {});
    const answered = await this.#route(path, request);
    // The line may have died meanwhile: then what was asked is done, and nobody hears of it.
    await this.#cross(request.signal);
    return answered;
  };

  /** One way over the line. */
  async #cross(signal: AbortSignal): Promise<void> {
    if (this.#mood.kind === 'down') throw new TypeError('fetch failed');
    if (this.#mood.kind === 'half_open') await this.#never(signal);
  }

  /** An agent typed the pairing code in. */
  useCode(name: string): void {
    this.isCodeOpen = false;
    this.agent = { name, since: new Date(this.#clock.now()).toISOString() };
  }

  /** The relay lost its data: every device is unknown. */
  forgetDevices(): void {
    this.token = undefined;
  }

  post(fields: Readonly<Record<string, unknown>> = {}, type = 'display_qr', ttlMs = 300_000): FakeCommand {
    const now = this.#clock.now();
    const command: FakeCommand = {
      id: `c${++this.#made}`,
      type,
      createdAt: now,
      expiresAt: now + ttlMs,
      fields,
      state: 'pending',
      reason: undefined,
      deliveries: 0,
      leaseUntil: 0,
      displayedAt: undefined,
      endedAt: undefined,
      reports: [],
    };
    if (type === 'display_qr')
      for (const older of this.commands)
        if (older.state === 'pending' && older.type === 'display_qr')
          if (older.deliveries === 0) this.#end(older, 'superseded', 'superseded_by_newer');
          else this.#end(older, 'failed', 'unreported');
    this.commands.push(command);
    for (const wake of [...this.#held]) wake();
    return command;
  }

  /** Takes a QR off: ends it when it was never handed out, otherwise asks the display. */
  clear(target: FakeCommand, reason: 'paid' | 'cancelled' | 'closed' = 'closed', type = 'start_rotation'): void {
    if (isEnded(target.state)) return;
    target.askedOffAt ??= this.#clock.now();
    if (target.deliveries === 0) this.#end(target, 'cancelled', reason);
    else {
      target.calledOffAs ??= reason;
      this.post({ clears: target.id, reason }, type);
    }
  }

  expireDue(): void {
    const now = this.#clock.now();
    for (const command of this.commands) {
      if (command.state === 'pending' && command.expiresAt <= now)
        this.#end(
          command,
          command.deliveries ? 'failed' : 'expired',
          command.deliveries ? 'unreported' : 'expired_undelivered',
        );
      if (command.state === 'delivered' && command.leaseUntil <= now) {
        if (command.deliveries >= MAX_DELIVERIES || command.expiresAt <= now)
          this.#end(command, 'failed', 'unreported');
        else command.state = 'pending';
      }
      const seconds = (command.fields.display_seconds as number | undefined) ?? 300;
      if (
        command.displayedAt !== undefined &&
        command.state === 'displayed' &&
        now > command.displayedAt + seconds * 1000 + 30_000
      )
        this.#end(command, 'cleared', 'disconnected');
    }
  }

  #end(command: FakeCommand, state: CommandState, reason: string): void {
    command.state = state;
    command.reason = reason;
    command.endedAt = this.#clock.now();
  }

  async #route(path: string, request: HttpRequest): Promise<HttpAnswer> {
    const key = request.headers.Authorization?.replace('Bearer ', '');
    const body = request.body === undefined ? {} : (JSON.parse(request.body) as Record<string, unknown>);
    if (path === '/register') {
      const isItself = this.token !== undefined && key === this.token;
      const enrolment = this.enrolments.find(({ id }) => id === body.request_id);
      const isLetIn = enrolment?.verdict === 'approved' && key === `secret-${enrolment.id}`;
      if (key !== this.enrolKey && !isItself && !isLetIn) return answer(401, { code: 'unauthorized' });
      if (this.nameIsTaken && !isItself && !isLetIn) return answer(409, { code: 'name_taken' });
      if (isLetIn) enrolment.verdict = 'gone';
      this.registrations.push(body);
      const { new_token: wanted } = body;
      if (!isItself) this.token = typeof wanted === 'string' ? wanted : `token-${this.registrations.length}`;
      return answer(200, { success: true, device_id: body.device_id, device_token: this.token });
    }
    if (path.startsWith('/enrol')) return this.#enrol(path.slice('/enrol/'.length), request);
    if (this.token === undefined) return answer(404, { code: 'unknown_device' });
    if (key !== this.token) return answer(401, { code: 'unauthorized' });
    if (path === '/poll') return this.#poll(request);
    if (path === '/pairing') {
      this.isCodeOpen = true;
      return answer(200, { success: true, code: 'ABC234' });
    }
    if (path === '/linked') return answer(200, { agent: this.agent, pairing_open: this.isCodeOpen });
    if (path === '/status') return this.#status(body);
    return answer(404, { code: 'unknown_route' });
  }

  async #enrol(id: string, request: HttpRequest): Promise<HttpAnswer> {
    if (request.method === 'POST') {
      const made = { id: `r${this.enrolments.length + 1}`, verdict: 'waiting' as const };
      this.enrolments.push(made);
      return answer(200, {
        success: true,
        request_id: made.id,
        secret: `secret-${made.id}`,
        code: `CODE-${made.id}`,
        expires_at: '',
      });
    }
    const enrolment = this.enrolments.find((one) => one.id === id);
    const until = this.#clock.now() + Number(new URLSearchParams(request.path.split('?')[1]).get('wait')) * 1000;
    while (enrolment?.verdict === 'waiting' && this.#clock.now() < until) await this.#clock.sleep(100, request.signal);
    if (!enrolment || enrolment.verdict === 'gone') return answer(404, { code: 'unknown_request' });
    return answer(200, { verdict: enrolment.verdict, code: `CODE-${id}`, expires_at: '' });
  }

  async #poll(request: HttpRequest): Promise<HttpAnswer> {
    const query = new URLSearchParams(request.path.split('?')[1]);
    const until = this.#clock.now() + Number(query.get('wait') ?? 0) * 1000;
    for (;;) {
      this.expireDue();
      const called_off = query.get('ready') === '0' ? this.#calledOff() : [];
      if (called_off.length > 0 && !request.signal.aborted)
        return answer(200, { has_commands: false, commands: [], called_off });
      const pending = query.get('ready') === '0' ? undefined : this.commands.find(({ state }) => state === 'pending');
      if (pending && !request.signal.aborted)
        return answer(200, { has_commands: true, commands: [this.#hand(pending)], settings: this.settings });
      const left = until - this.#clock.now();
      if (left <= 0) {
        const waiting = this.commands.filter(({ state, type }) => state === 'pending' && type === 'display_qr').length;
        const isBusy = query.get('ready') === '0' && waiting > 0;
        return answer(200, { has_commands: false, commands: [], ...(isBusy ? { waiting } : {}) });
      }
      await new Promise<void>((resolve) => {
        const timer = new AbortController();
        const wake = (): void => {
          this.#held.delete(wake);
          timer.abort();
          resolve();
        };
        this.#held.add(wake);
        request.signal.addEventListener('abort', wake, { once: true });
        this.#clock.sleep(left, timer.signal).then(wake, () => undefined);
      });
      if (request.signal.aborted) throw new TypeError('aborted');
    }
  }

  /** To a held poll that claims nothing: what was handed out and is not wanted any more. */
  #calledOff(): { readonly command_id: string; readonly reason: string }[] {
    return this.commands
      .filter(({ state, calledOffAs }) => state === 'delivered' && calledOffAs !== undefined)
      .map(({ id, calledOffAs }) => ({ command_id: id, reason: calledOffAs ?? '' }));
  }

  #hand(command: FakeCommand): Record<string, unknown> {
    const now = this.#clock.now();
    command.state = 'delivered';
    command.deliveries += 1;
    command.leaseUntil = now + this.leaseMs;
    return {
      command_id: command.id,
      type: command.type,
      created_at: new Date(command.createdAt).toISOString(),
      expires_in_ms: command.expiresAt - now,
      retry_count: command.deliveries - 1,
      ...command.fields,
    };
  }

  #status(body: Record<string, unknown>): HttpAnswer {
    this.expireDue();
    const command = this.commands.find(({ id }) => id === body.command_id);
    if (!command || command.deliveries === 0) return answer(404, { code: 'unknown_command' });
    this.onReport(command, body);
    command.reports.push(body);
    const { reason } = body as { readonly reason?: string };
    if (!isEnded(command.state)) {
      if (body.status === 'received' || body.status === 'uploading') {
        if (command.state === 'displayed') command.isCovered ||= body.covered === true;
        else {
          command.state = 'delivered';
          command.leaseUntil = this.#clock.now() + this.leaseMs;
        }
      } else if (body.status === 'success') {
        if (command.type === 'display_qr') {
          command.state = 'displayed';
          command.isCovered = false;
          command.displayedAt ??= this.#clock.now();
        } else {
          this.#end(command, 'cleared', 'done');
          // Called off on its way: with the idle picture on the screen it is over.
          const gone = this.commands.find(({ id, state }) => id === command.fields.clears && state === 'delivered');
          if (gone) this.#end(gone, 'cleared', String(command.fields.reason));
        }
      } else if (body.status === 'cleared') this.#end(command, 'cleared', reason ?? 'timeout');
      else if (command.state !== 'displayed') this.#end(command, 'failed', reason ?? 'display_failed');
    }
    return answer(200, {
      success: true,
      state: command.state,
      reason: command.reason,
      clearing: command.calledOffAs ?? null,
    });
  }

  #never(signal: AbortSignal): Promise<never> {
    return new Promise((_resolve, reject) =>
      signal.addEventListener('abort', () => reject(new TypeError('aborted')), { once: true }),
    );
  }
}

const answer = (status: number, body: Readonly<Record<string, unknown>>): HttpAnswer => ({
  status,
  body: JSON.stringify(body),
});
