/** What an admin looks for among ended commands. */
import { plainText, searchWords } from '../../shared/util/plain-text.ts';
import type { CommandFilter, QrEnd } from '../../shared/wire/admin/history.ts';
import type { EndedCommand } from '../core/records.ts';
import type { HistorySearch } from '../store/database.ts';
import { endOf } from './qr-end.ts';

/** Each command with this end says one of these of itself. */
const END_SAYS: Readonly<Record<QrEnd, readonly string[]>> = {
  paid: ['"reason":"paid"'],
  paid_reported: ['"reason":"paid_reported"'],
  not_paid: ['"state":"cleared"'],
  replaced: ['"reason":"replaced"', '"state":"superseded"'],
  failed: ['"state":"failed"'],
  expired: ['"state":"expired"'],
  cancelled: ['"state":"cancelled"'],
};

const isEnd = (one: EndedCommand, wanted: QrEnd): boolean => {
  const end = endOf(one);
  return (end === 'superseded' ? 'replaced' : end) === wanted;
};

/** What a search looks through. */
function textOf(one: EndedCommand): string {
  const { computerName, deviceId, agentId, policyNumber, reference, amount, currency, commandId } = one;
  const names = [computerName, deviceId, agentId, policyNumber, reference, amount, currency, commandId];
  return plainText([...names, one.state, one.reason, one.error].join(' '));
}

export function historySearch({
  end,
  search = '',
  type,
}: Pick<CommandFilter, 'end' | 'search' | 'type'>): HistorySearch {
  const words = searchWords(search);
  return {
    texts: [
      // As it stands in JSON, a quotation mark has a backslash before it.
      ...words.map((word) => [JSON.stringify(word).slice(1, -1)]),
      ...(type === undefined ? [] : [[`"type":"${type}"`]]),
      ...(end === undefined ? [] : [END_SAYS[end]]),
    ],
    isMatch(one) {
      if ((type ?? one.type) !== one.type || (end !== undefined && !isEnd(one, end))) return false;
      if (words.length === 0) return true;
      const text = textOf(one);
      return words.every((word) => text.includes(word));
    },
  };
}
