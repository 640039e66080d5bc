/** What is used here of a package that comes without types. */
declare module '@lhncbc/ucum-lhc' {
  export interface Converted {
    status: 'succeeded' | 'failed' | 'error';
    toVal: number | null;
  }
  interface Utils {
    convertUnitTo(
      from: string,
      value: number,
      to: string,
      options?: { molecularWeight?: number; charge?: number },
    ): Converted;
    validateUnitString(unit: string): { status: 'valid' | 'invalid' | 'error' };
  }
  const ucum: { UcumLhcUtils: { getInstance(): Utils } };
  export default ucum;
}
