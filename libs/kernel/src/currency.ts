/** Currencies of ISO 4217 and their minor units, from our own table: JavaScript's Intl is wrong for
 * some. */

/** Alphabetic code of ISO 4217. */
export type CurrencyCode = string & { readonly __currency: true };

/** Minor units other than 2 (ISO 4217, list one); a code of the table below that is not named here
 * has 2. */
const minorUnits: Readonly<Record<string, number>> = {
  BHD: 3, IQD: 3, JOD: 3, KWD: 3, LYD: 3, OMR: 3, TND: 3, CLF: 4, UYW: 4,
  BIF: 0, CLP: 0, DJF: 0, GNF: 0, ISK: 0, JPY: 0, KMF: 0, KRW: 0, PYG: 0, RWF: 0,
  UGX: 0, UYI: 0, VND: 0, VUV: 0, XAF: 0, XOF: 0, XPF: 0,
}; // prettier-ignore

const codes = new Set(
  (
    'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN ' +
    'BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR ' +
    'FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY ' +
    'KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU ' +
    'MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON ' +
    'RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP ' +
    'TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ' +
    'ZMW ZWG'
  ).split(' '),
);

/** Whether the text is a code of the table. */
export const isCurrencyCode = (text: string): text is CurrencyCode => codes.has(text);

/** The code, or a RangeError that names what was given. */
export function currencyCode(text: string): CurrencyCode {
  if (!isCurrencyCode(text)) throw new RangeError(`Not a currency of ISO 4217: ${text}`);
  return text;
}

/** Decimals of the minor unit: 2 for EUR, 0 for JPY, 3 for KWD. */
export const minorUnitsOf = (currency: CurrencyCode): number => minorUnits[currency] ?? 2;

/** Every code of the table, sorted. */
export const currencyCodes = (): readonly CurrencyCode[] => [...codes] as CurrencyCode[];
