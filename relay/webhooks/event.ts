/**
 * The events of the webhooks. Shapes follow the Standard Webhooks specification: `{ type, timestamp, data }`,
 * with thin data: ids and outcomes, never a picture, a payload or a customer's name.
 */
import type { CommandType, EndState } from '../../shared/wire/commands.ts';

export interface CommandEnded {
  readonly type: 'command.ended';
  /** ISO 8601. */
  readonly timestamp: string;
  readonly data: {
    readonly command_id: string;
    readonly command_type: CommandType;
    readonly device_id: string;
    readonly agent_id: string | null;
    readonly policy_number: string | null;
    readonly reference: string | null;
    readonly state: EndState;
    readonly reason: string | null;
    /** When the customer could see it, if ever. */
    readonly displayed_at: string | null;
  };
}

export interface DisplayOutageChanged {
  readonly type: 'display.down' | 'display.up';
  readonly timestamp: string;
  readonly data: {
    readonly device_id: string;
    readonly computer_name: string;
    /** The agent that is linked; a display without an agent may just be switched off. */
    readonly agent_id: string | null;
    /** When it was last heard (`down`) or heard again (`up`). */
    readonly since: string;
  };
}

export type WebhookEvent = CommandEnded | DisplayOutageChanged;
