import { figure } from '../report.ts';
import { measureTruth, type Truth } from '../truth.ts';

const truth = (what: string, { posted, lost, misrouted, repeated }: Truth): void =>
  figure(what, `${posted} posted: ${lost} lost, ${misrouted} misrouted, ${repeated} repeated`, 'goal 0, 0, 0');

export async function run(): Promise<void> {
  truth('4 agents post at once, 1,000 rounds', await measureTruth(4, 1, 1000));
  truth('50 agents post 5 each at once', await measureTruth(50, 5, 1));
}
