/** Which part of the history is wanted, as the query of the relay's calls. */
export interface HistoryChoice {
  /** Days as `2026-11-24`, in the relay's time zone; empty for no bound. */
  readonly from: string;
  readonly to: string;
  readonly agentId: string;
}

export function historyQuery({ from, to, agentId }: HistoryChoice, format: 'json' | 'csv'): string {
  const parameters = new URLSearchParams({
    ...(from === '' ? {} : { from }),
    ...(to === '' ? {} : { to }),
    ...(agentId === '' ? {} : { agent_id: agentId }),
    format,
  });
  return `?${parameters.toString()}`;
}
