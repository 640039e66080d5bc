import { registration } from './en/registration.ts';

/** Words of registration, which load with it. */
export const registrationWords: typeof registration = registration;
