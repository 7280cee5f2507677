/** The company and its rules as masters keep them. */
import { documentOf } from '@morrow/contract';
import { Company, CompanyRules } from '@morrow/protocol-companies';

export const company = documentOf(Company);
export const companyRules = documentOf(CompanyRules);
