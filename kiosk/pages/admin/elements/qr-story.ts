/**
 * A QR's own page: for whom and where, each stage with its time, the picture, the end, and what took it off the
 * display.
 */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { localized, msg, str } from '@lit/localize';
import type { AdminCommand, AdminQrStory } from '../../../../shared/wire/admin/command.ts';
import { shared } from '../../../common/styles.ts';
import { LoadController } from '../controllers/load-controller.ts';
import { durationWords, momentWords } from '../data/age.ts';
import type { AdminApi } from '../data/admin-api.ts';
import { hrefOf } from '../data/route.ts';
import { isOpen, stepsOf } from '../data/stages.ts';
import { formatLocale } from '../locales/localization.ts';
import { factList } from '../fact-list-styles.ts';
import { adminStyles } from '../styles.ts';
import { pictureFacts, reasonWord, stageWord, typeWord } from '../messages/commands.ts';
import { commandWord, stateWord } from '../messages/states.ts';
import { problemLine, reading } from './parts.ts';

/** While it is open its next stage may be near. */
const AGAIN_MS = 2_000;

@localized()
@customElement('qr-story')
export class QrStory extends LitElement {
  static override styles = [
    shared,
    adminStyles,
    factList,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 16px;
      }

      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 6px 14px;
        margin-bottom: 14px;
        font-size: 1.1rem;
      }

      table {
        margin-top: 8px;
      }

      .error {
        margin-top: 12px;
        color: var(--bad);
        font-weight: 600;
        overflow-wrap: anywhere;
      }
    `,
  ];

  @property({ attribute: false }) api!: AdminApi;
  @property() commandId = '';
  #again: ReturnType<typeof setInterval> | undefined;
  readonly #story: LoadController<AdminQrStory> = new LoadController(this, (signal) =>
    this.api.get<AdminQrStory>(`/qr/${encodeURIComponent(this.commandId)}`, signal),
  );

  override connectedCallback(): void {
    super.connectedCallback();
    this.#again = setInterval(() => {
      const { value } = this.#story;
      if (value && isOpen(value.command)) void this.#story.load();
    }, AGAIN_MS);
  }

  override disconnectedCallback(): void {
    clearInterval(this.#again);
    super.disconnectedCallback();
  }

  override updated(changed: Map<string, unknown>): void {
    if (changed.has('commandId')) void this.#story.load();
  }

  override render() {
    const { problem, value } = this.#story;
    const story = value?.command.command_id === this.commandId ? value : undefined;
    return html`
      ${problemLine(problem)}
      ${story ? this.#renderStory(story) : problem === '' ? html`<p class="card empty">${reading()}</p>` : nothing}
      <p><a href="#/qrs">${msg('Back to all QR codes', { id: 'admin.story.back' })}</a></p>
    `;
  }

  #renderStory({ clearing, cleared_by, command }: AdminQrStory) {
    const { tone, text } = commandWord(command);
    const end = command.reason ?? clearing;
    return html`
      <section class="card section" data-hook="story" data-state=${command.state}>
        <p class="head">
          <span class="pill ${tone}">${text}</span>${end === null ? nothing : html`<span>${reasonWord(end)}</span>`}
        </p>
        <dl>
          ${this.#facts(command).map(
            ([label, value]) => html`
              <div>
                <dt>${label}</dt>
                <dd>${value}</dd>
              </div>
            `,
          )}
        </dl>
        ${command.error === null ? nothing : html`<p class="error">${command.error}</p>`}
      </section>
      ${this.#renderStages(msg('Stages', { id: 'admin.commands.stages' }), command)}
      ${cleared_by === null ? nothing : this.#renderStages(this.#clearerWords(cleared_by), cleared_by)}
    `;
  }

  #clearerWords({ state, type }: AdminCommand): string {
    const [what, how] = [typeWord(type), stateWord(state).text];
    return msg(str`Taken off by: ${what} (${how})`, { id: 'admin.story.by' });
  }

  #facts(command: AdminCommand): [string, unknown][] {
    const { agent_id, amount, command_id, computer_name, currency, deliveries, device_id, picture } = command;
    const number = new Intl.NumberFormat(formatLocale());
    const facts: [string, unknown][] = [
      [msg('Agent', { id: 'admin.qrs.agent' }), agent_id ?? '–'],
      [
        msg('Display', { id: 'admin.qrs.display' }),
        html`<a href=${hrefOf({ kind: 'display', deviceId: device_id })}>${computer_name}</a>`,
      ],
      [msg('Amount', { id: 'admin.qrs.amount' }), [amount, currency].filter(Boolean).join(' ') || '–'],
      [msg('Reference', { id: 'admin.qrs.reference' }), command.reference ?? '–'],
      [msg('Policy number', { id: 'admin.story.policy' }), command.policy_number ?? '–'],
      [msg('Times handed out', { id: 'admin.story.deliveries' }), number.format(deliveries)],
      [
        msg('Picture', { id: 'admin.story.picture' }),
        picture === null ? '–' : pictureFacts(picture, number).join(' · '),
      ],
      [msg('Id', { id: 'admin.detail.id' }), command_id],
    ];
    return facts;
  }

  #renderStages(title: string, command: AdminCommand) {
    const locale = formatLocale();
    return html`
      <section class="card section">
        <h2>${title}</h2>
        <div class="scroll" tabindex="0" role="region" aria-label=${title}>
          <table class="plain">
            <thead>
              <tr>
                <th scope="col">${msg('Stage', { id: 'admin.story.stage' })}</th>
                <th scope="col">${msg('When', { id: 'admin.audit.when' })}</th>
                <th scope="col" class="number">${msg('After the post', { id: 'admin.story.after' })}</th>
                <th scope="col" class="number">${msg('After the stage before', { id: 'admin.story.took' })}</th>
              </tr>
            </thead>
            <tbody>
              ${stepsOf(command).map(({ afterMs, at, stage }, index, all) => {
                const before = all[index - 1]?.afterMs;
                return html`
                  <tr data-stage=${stage}>
                    <th scope="row">${stageWord(stage)}</th>
                    <td>${momentWords(new Date(at).toISOString(), locale)}</td>
                    <td class="number">${durationWords(afterMs, locale)}</td>
                    <td class="number">${before === undefined ? '–' : durationWords(afterMs - before, locale)}</td>
                  </tr>
                `;
              })}
            </tbody>
          </table>
        </div>
      </section>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'qr-story': QrStory;
  }
}
