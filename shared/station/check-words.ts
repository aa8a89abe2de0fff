/** What a check of the display found and what is advised, in an agent's words: for kiosk, tray and admin page. Pure. */
import { timesSooner, type CheckAdvice, type DisplayCheck } from '../wire/display-check.ts';

type Language = 'en' | 'fr';

interface CheckWords {
  readonly answers: (baud: string, model: string | undefined) => string;
  readonly deaf: (seconds: string) => string;
  readonly hears: string;
  readonly files: Readonly<Record<'yes' | 'no', string>>;
  readonly deletes: Readonly<Record<'yes' | 'no', string>>;
  readonly picture: (seconds: string) => string;
  readonly noPicture: string;
  readonly ownCode: (seconds: string) => string;
  readonly noOwnCode: string;
  readonly scanned: Readonly<Record<DisplayCheck['scanned'], string | undefined>>;
  readonly advice: (advice: CheckAdvice, times: string | undefined) => string;
}

const WORDS: Readonly<Record<Language, CheckWords>> = {
  en: {
    answers: (baud, model) => `It answers at ${baud} baud${model === undefined ? '' : `: “${model}”`}.`,
    deaf: (seconds) => `After a change of its screen it hears nothing for up to ${seconds} s; that is waited for.`,
    hears: 'It hears all the time.',
    files: { yes: 'It lists its files.', no: 'It does not list its files.' },
    deletes: { yes: 'It deletes files.', no: 'It did not delete a file.' },
    picture: (seconds) => `The test card was on it after ${seconds} s.`,
    noPicture: 'It did not take the test card.',
    ownCode: (seconds) => `It draws codes by itself; one was there after ${seconds} s.`,
    noOwnCode: 'It does not draw codes by itself.',
    scanned: {
      yes: 'A person could scan the code that it drew.',
      no: 'A person could not scan the code that it drew.',
      not_asked: undefined,
    },
    advice: (advice, times) => {
      if (advice === 'picture') return 'Leave it at pictures.';
      const sooner = times === undefined ? '' : `, ${times} times faster`;
      return advice === 'native'
        ? `It draws codes by itself: choose native${sooner}.`
        : `It draws codes by itself: scan one, and if that works choose native${sooner}.`;
    },
  },
  fr: {
    answers: (baud, model) => `Il répond à ${baud} bauds${model === undefined ? '' : ` : « ${model} »`}.`,
    deaf: (seconds) =>
      `Après un changement d’affichage il n’entend rien pendant ${seconds} s au plus ; ce temps est attendu.`,
    hears: 'Il entend en permanence.',
    files: { yes: 'Il donne la liste de ses fichiers.', no: 'Il ne donne pas la liste de ses fichiers.' },
    deletes: { yes: 'Il supprime des fichiers.', no: 'Il n’a pas supprimé de fichier.' },
    picture: (seconds) => `La mire y était au bout de ${seconds} s.`,
    noPicture: 'Il n’a pas accepté la mire.',
    ownCode: (seconds) => `Il dessine lui-même des codes ; il y en avait un au bout de ${seconds} s.`,
    noOwnCode: 'Il ne dessine pas de codes lui-même.',
    scanned: {
      yes: 'Le code qu’il a dessiné a pu être scanné.',
      no: 'Le code qu’il a dessiné n’a pas pu être scanné.',
      not_asked: undefined,
    },
    advice: (advice, times) => {
      if (advice === 'picture') return 'Gardez les images.';
      const sooner = times === undefined ? '' : `, ${times} fois plus rapide`;
      return advice === 'native'
        ? `Il dessine lui-même des codes : choisissez « native »${sooner}.`
        : `Il dessine lui-même des codes : scannez-en un et, si cela marche, choisissez « native »${sooner}.`;
    },
  },
};

/** Whole sentences, the advice last. */
export function checkSentences(check: DisplayCheck, language: Language): readonly string[] {
  const say = WORDS[language];
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const seconds = (ms: number): string => number.format(ms / 1_000);
  const { baud, model, deaf_ms, fileinfo, deletes, picture_ms, own_code_ms, scanned, advice } = check;
  const times = timesSooner(check);
  const sentences = [
    say.answers(String(baud), model),
    deaf_ms > 0 ? say.deaf(seconds(deaf_ms)) : say.hears,
    fileinfo && say.files[fileinfo],
    say.deletes[deletes === undefined ? 'no' : 'yes'],
    picture_ms === undefined ? say.noPicture : say.picture(seconds(picture_ms)),
    own_code_ms === undefined ? say.noOwnCode : say.ownCode(seconds(own_code_ms)),
    say.scanned[scanned],
    say.advice(advice, times === undefined ? undefined : String(Math.floor(times))),
  ];
  return sentences.filter((sentence) => sentence !== undefined);
}
