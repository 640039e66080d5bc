/**
 * After this long without anything that the person does, their session ends and their screen locks (45 CFR
 * 164.312(a)(2)(iii) asks for an automatic logoff; 15 minutes as in NIST SP 800-63B, AAL3).
 */
export const idleMs = 15 * 60_000;

/** So long before, the screen says so. */
export const warnMs = 30_000;
