/**
 * Where the keyboard is, is seen whole: each thing that it reaches is given the focus, and the ring around it is held
 * against what cuts it off. Goes into shadow roots.
 */
import type { Page } from 'playwright';

/** One line for each thing without a ring, or whose ring is cut; empty when all are whole. The focus comes back. */
export function ringFindings(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    interface Box {
      readonly left: number;
      readonly top: number;
      readonly right: number;
      readonly bottom: number;
    }
    /** Boxes on half a pixel. */
    const SLACK_PX = 0.6;

    const focusedIn = (root: DocumentOrShadowRoot): Element | null =>
      root.activeElement?.shadowRoot?.activeElement ? focusedIn(root.activeElement.shadowRoot) : root.activeElement;
    const elementsIn = (root: Document | ShadowRoot): HTMLElement[] =>
      [...root.querySelectorAll<HTMLElement>('*')].flatMap((element) => [
        element,
        ...(element.shadowRoot ? elementsIn(element.shadowRoot) : []),
      ]);
    const parentOf = (element: Element): Element | null => {
      const parent = element.assignedSlot ?? element.parentNode;
      return parent instanceof ShadowRoot ? parent.host : parent instanceof Element ? parent : null;
    };

    /** Of the element itself, or of the `::after` that stands for the whole row which the element opens. */
    function ringOf(element: HTMLElement): { readonly box: Box; readonly around: Element } | undefined {
      for (const pseudo of ['', '::after']) {
        const { outlineStyle, outlineWidth, outlineOffset } = getComputedStyle(element, pseudo || null);
        const width = parseFloat(outlineWidth);
        if (outlineStyle === 'none' || width === 0) continue;
        const around = pseudo === '' ? element : (element.offsetParent ?? element);
        const { left, top, right, bottom } = around.getBoundingClientRect();
        const by = width + parseFloat(outlineOffset);
        return { box: { left: left - by, top: top - by, right: right + by, bottom: bottom + by }, around };
      }
      return undefined;
    }

    /** What an ancestor lets be seen; undefined when it cuts nothing off. */
    function windowOf(ancestor: Element): Box | undefined {
      const { overflowX, overflowY, contain, contentVisibility, display } = getComputedStyle(ancestor);
      if (display === 'contents' || display === 'inline') return undefined;
      const cutsAll = /paint|strict|content/.test(contain) || contentVisibility === 'auto';
      const [cutsX, cutsY] = [cutsAll || overflowX !== 'visible', cutsAll || overflowY !== 'visible'];
      if (!cutsX && !cutsY) return undefined;
      const outer = ancestor.getBoundingClientRect();
      const left = outer.left + ancestor.clientLeft;
      const top = outer.top + ancestor.clientTop;
      return {
        left: cutsX ? left : -Infinity,
        top: cutsY ? top : -Infinity,
        right: cutsX ? left + ancestor.clientWidth : Infinity,
        bottom: cutsY ? top + ancestor.clientHeight : Infinity,
      };
    }

    const sidesCut = (box: Box, seen: Box): string[] => [
      ...(box.left < seen.left - SLACK_PX ? ['left'] : []),
      ...(box.top < seen.top - SLACK_PX ? ['top'] : []),
      ...(box.right > seen.right + SLACK_PX ? ['right'] : []),
      ...(box.bottom > seen.bottom + SLACK_PX ? ['bottom'] : []),
    ];
    const nameOf = (element: Element): string => {
      const mark = element.getAttribute('data-hook') ?? element.getAttribute('name') ?? element.className;
      return `${element.localName}${mark ? `(${mark})` : ''}`;
    };

    function findingsOf(element: HTMLElement): string[] {
      // What a click has given the focus keeps it without a ring.
      element.blur();
      element.focus({ focusVisible: true } as FocusOptions);
      if (!element.matches(':focus')) return [];
      const ring = ringOf(element);
      if (!ring) return [`${nameOf(element)} has no focus ring`];
      const findings: string[] = [];
      let at: Element | null = ring.around;
      // What is fixed, such as a question over the page, is cut by nothing around it.
      while (at && getComputedStyle(at).position !== 'fixed' && at !== document.documentElement) {
        at = parentOf(at);
        const seen = at && at !== document.body && at !== document.documentElement ? windowOf(at) : undefined;
        if (at && seen)
          for (const side of sidesCut(ring.box, seen))
            findings.push(`the focus ring of ${nameOf(element)} is cut by ${nameOf(at)}: ${side}`);
      }
      const page = { left: 0, top: -scrollY, right: document.documentElement.clientWidth, bottom: Infinity };
      for (const side of sidesCut(ring.box, page))
        findings.push(`the focus ring of ${nameOf(element)} is cut by the page: ${side}`);
      return findings;
    }

    const before = focusedIn(document);
    const [left, top] = [scrollX, scrollY];
    const reached = elementsIn(document).filter(
      (element) => element.tabIndex >= 0 && !element.matches(':disabled, iframe') && element.checkVisibility(),
    );
    const findings = reached.flatMap(findingsOf);
    if (before instanceof HTMLElement && before !== document.body) before.focus();
    else (focusedIn(document) as HTMLElement | null)?.blur();
    scrollTo(left, top);
    if (reached.length === 0) return ['the keyboard reaches nothing'];
    return [...new Set(findings)];
  });
}
