/** A folder of public sample data that is not part of this repository; null where the machine has none. */
export const sampleData = process.env.COCHART_SAMPLE_DATA || null;

if (sampleData === null)
  console.info('COCHART_SAMPLE_DATA is unset: what needs the sample data is not tried.');
