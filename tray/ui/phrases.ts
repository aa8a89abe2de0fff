/** Every sentence that a person sees, in English and French. A phrase missing in one language does not compile. */
import type { DisplayCause, RelayCause } from '../../shared/station/station-types.ts';

export type Language = 'en' | 'fr';

export interface Phrases {
  readonly menu: Readonly<
    Record<'status' | 'testCard' | 'pairingCode' | 'checkDisplay' | 'logs' | 'restart' | 'language' | 'exit', string>
  >;
  readonly headline: Readonly<Record<'ready' | 'showing' | 'starting' | 'recovering' | 'fault', string>>;
  readonly display: Readonly<Record<DisplayCause | 'ready' | 'connecting', string>>;
  readonly relay: Readonly<Record<RelayCause | 'online' | 'connecting', string>>;
  readonly notice: Readonly<
    Record<
      'qrShown' | 'qrFailed' | 'codeUsed' | 'faultTitle' | 'backTitle' | 'backText' | 'updatedTitle' | 'rolledBack',
      string
    >
  >;
  readonly status: Readonly<
    Record<
      | 'title'
      | 'computer'
      | 'device'
      | 'relay'
      | 'display'
      | 'shown'
      | 'linked'
      | 'nobody'
      | 'port'
      | 'version'
      | 'update'
      | 'none',
      string
    >
  >;
  /** What the customer sees. `%` stands for a number. */
  readonly shown: Readonly<Record<'unknown' | 'waiting' | 'idle' | 'qr' | 'covered' | 'other', string>>;
  readonly box: Readonly<
    Record<
      | 'alreadyRunning'
      | 'notSetUp'
      | 'testCardFailed'
      | 'pairingCode'
      | 'pairingUse'
      | 'pairingFailed'
      | 'checking'
      | 'checkingText'
      | 'checkScan'
      | 'checkReport'
      | 'checkFailed',
      string
    >
  >;
}

const en: Phrases = {
  menu: {
    status: 'Status',
    testCard: 'Show test card',
    pairingCode: 'Show pairing code',
    checkDisplay: 'Check this display',
    logs: 'View logs',
    restart: 'Restart connection',
    language: 'Language',
    exit: 'Exit',
  },
  headline: {
    ready: 'Ready',
    showing: 'Sending a QR to the display',
    starting: 'Connecting',
    recovering: 'Bringing the display back',
    fault: 'Needs attention',
  },
  display: {
    ready: 'Ready',
    connecting: 'Connecting',
    no_port: 'The display is not plugged in. Plug its USB cable into this PC.',
    port_busy: 'Another program is using the display. Close it.',
    no_answer: 'The display does not answer. Unplug it and plug it in again.',
    lost: 'The display was unplugged. Plug it in again.',
    broken_transfer: 'The display lost a picture half-way and is being brought back.',
    needs_replug: 'Unplug the display and plug it in again.',
    open_failed: 'The display cannot be opened. Unplug it and plug it in again; if that does not help, call IT.',
  },
  relay: {
    online: 'Connected',
    connecting: 'Connecting',
    no_answer: 'No connection to the relay. Check the network of this PC.',
    relay_error: 'The relay has a fault. Call IT.',
    key_refused: 'The relay does not accept the key of this PC. Call IT.',
    not_provisioned: 'This PC has no enrol key yet. Call IT.',
    awaiting_approval: 'This PC waits for IT to let it in.',
    turned_away: 'IT has turned this PC away. Call IT.',
    device_exists: 'Another installation uses the name of this display. Call IT.',
    name_taken: 'Another display is registered under the name of this PC. Call IT: they remove the old one.',
  },
  notice: {
    qrShown: 'The QR is on the display',
    qrFailed: 'The QR could not be shown',
    codeUsed: 'The pairing code was used',
    faultTitle: 'The payment display needs attention',
    backTitle: 'The payment display is ready again',
    backText: 'QR codes can be shown.',
    updatedTitle: 'Counter QR was updated',
    rolledBack: 'The new version did not work; the one before is back.',
  },
  status: {
    title: 'Counter QR',
    computer: 'PC',
    device: 'Display id',
    relay: 'Relay',
    display: 'Display',
    shown: 'Customer sees',
    linked: 'Linked to',
    nobody: 'nobody',
    port: 'Port',
    version: 'Version',
    update: 'Update',
    none: '–',
  },
  shown: {
    unknown: 'not known, the display does not answer',
    waiting: 'not known; QR codes that wait for the display: %',
    idle: 'idle pictures',
    qr: 'a QR',
    covered: 'something else for a moment; the QR comes back by itself',
    other: 'something else for a moment',
  },
  box: {
    alreadyRunning: 'Counter QR is running already. Look for its icon near the clock.',
    notSetUp:
      'Counter QR does not know its relay yet. Ask IT to install it with the relay’s address, or put a file counterqr.json with "relay" and "enrol" beside the program.',
    testCardFailed: 'The test card could not be shown.',
    pairingCode: 'Pairing code',
    pairingUse: 'Type it into the web app within five minutes; it is good once.',
    pairingFailed: 'There is no pairing code.',
    checking: 'The display is being checked',
    checkingText: 'This takes two minutes at most. A customer’s QR goes first.',
    checkScan: 'Scan the code on the display with a phone. Could it be read?',
    checkReport: 'The report of this check lies here; send it to the person who looks after Counter QR:',
    checkFailed: 'The display could not be checked.',
  },
};

const fr: Phrases = {
  menu: {
    status: 'État',
    testCard: 'Afficher la mire',
    pairingCode: 'Afficher un code d’association',
    checkDisplay: 'Vérifier cet écran',
    logs: 'Voir les journaux',
    restart: 'Rétablir la connexion',
    language: 'Langue',
    exit: 'Quitter',
  },
  headline: {
    ready: 'Prêt',
    showing: 'Envoi d’un QR à l’écran',
    starting: 'Connexion en cours',
    recovering: 'Remise en service de l’écran',
    fault: 'Intervention nécessaire',
  },
  display: {
    ready: 'Prêt',
    connecting: 'Connexion en cours',
    no_port: 'L’écran n’est pas branché. Branchez son câble USB sur ce PC.',
    port_busy: 'Un autre programme utilise l’écran. Fermez-le.',
    no_answer: 'L’écran ne répond pas. Débranchez-le puis rebranchez-le.',
    lost: 'L’écran a été débranché. Rebranchez-le.',
    broken_transfer: 'L’écran a perdu une image en cours de route et est remis en service.',
    needs_replug: 'Débranchez l’écran puis rebranchez-le.',
    open_failed: 'L’écran ne peut pas être ouvert. Débranchez-le puis rebranchez-le ; sinon, appelez l’informatique.',
  },
  relay: {
    online: 'Connecté',
    connecting: 'Connexion en cours',
    no_answer: 'Pas de connexion au relais. Vérifiez le réseau de ce PC.',
    relay_error: 'Le relais est en panne. Appelez l’informatique.',
    key_refused: 'Le relais refuse la clé de ce PC. Appelez l’informatique.',
    not_provisioned: 'Ce PC n’a pas encore de clé d’inscription. Appelez l’informatique.',
    awaiting_approval: 'Ce PC attend que l’informatique l’admette.',
    turned_away: 'L’informatique a refusé ce PC. Appelez-la.',
    device_exists: 'Une autre installation utilise le nom de cet écran. Appelez l’informatique.',
    name_taken: 'Un autre écran porte le nom de ce PC. Appelez l’informatique, qui retirera l’ancien.',
  },
  notice: {
    qrShown: 'Le QR est à l’écran',
    qrFailed: 'Le QR n’a pas pu être affiché',
    codeUsed: 'Le code d’association a servi',
    faultTitle: 'L’écran de paiement demande une intervention',
    backTitle: 'L’écran de paiement est de nouveau prêt',
    backText: 'Les codes QR peuvent être affichés.',
    updatedTitle: 'Counter QR a été mis à jour',
    rolledBack: 'La nouvelle version ne fonctionnait pas ; la précédente est de retour.',
  },
  status: {
    title: 'Counter QR',
    computer: 'PC',
    device: 'Identifiant',
    relay: 'Relais',
    display: 'Écran',
    shown: 'Le client voit',
    linked: 'Associé à',
    nobody: 'personne',
    port: 'Port',
    version: 'Version',
    update: 'Mise à jour',
    none: '–',
  },
  shown: {
    unknown: 'inconnu, l’écran ne répond pas',
    waiting: 'inconnu ; QR qui attendent l’écran : %',
    idle: 'les images de repos',
    qr: 'un QR',
    covered: 'autre chose un instant ; le QR revient tout seul',
    other: 'autre chose un instant',
  },
  box: {
    alreadyRunning: 'Counter QR fonctionne déjà. Son icône se trouve près de l’horloge.',
    notSetUp:
      'Counter QR ne connaît pas encore son relais. Demandez à l’informatique de l’installer avec l’adresse du relais, ou placez à côté du programme un fichier counterqr.json avec « relay » et « enrol ».',
    testCardFailed: 'La mire n’a pas pu être affichée.',
    pairingCode: 'Code d’association',
    pairingUse: 'À saisir dans l’application web dans les cinq minutes ; il ne sert qu’une fois.',
    pairingFailed: 'Il n’y a pas de code d’association.',
    checking: 'L’écran est en cours de vérification',
    checkingText: 'Cela prend deux minutes au plus. Le QR d’un client passe d’abord.',
    checkScan: 'Scannez avec un téléphone le code qui est à l’écran. A-t-il pu être lu ?',
    checkReport:
      'Le rapport de cette vérification se trouve ici ; envoyez-le à la personne qui s’occupe de Counter QR :',
    checkFailed: 'L’écran n’a pas pu être vérifié.',
  },
};

export const PHRASES: Readonly<Record<Language, Phrases>> = { en, fr };

/** `fr-MU`, `fr_FR.UTF-8` and the like; anything else is English. */
export function languageOf(locale: string): Language {
  return /^fr\b|^fr_/i.test(locale) ? 'fr' : 'en';
}
