/** Whom a user can ask: the operator's name and how to reach them, as administrators decided both. */
import { html } from "hono/html";
import { DEFAULT_CONFIG, type Deps } from "../deps.ts";
import type { AppContext, Operator } from "../http/context.ts";
import { type Html, theirs, translate } from "./layout.ts";

/** The operator as it is decided at the moment. */
export const operatorOf = ({ config: { operator, contact } }: Pick<Deps, "config">): Operator => ({
  name: operator === DEFAULT_CONFIG.operator ? null : operator,
  contact,
});

/** The operator's name, to stand in a sentence; without one, the helpdesk. */
export const operatorName = (c: AppContext): string => c.var.operator.name ?? translate(c)("operatorUnnamed");

const MAIL = /^[^\s@<>"]{1,64}@[A-Za-z0-9.-]{1,190}$/;
const PAGE = /^https?:\/\/[^\s<>"]{1,200}$/;
const TELEPHONE = /^\+?[\d\s()/.-]{5,40}$/;

/** How to reach the operator, as a link where it is an address of some kind. */
export function contactLink(contact: string): Html {
  if (MAIL.test(contact)) return html`<a href="mailto:${contact}">${contact}</a>`;
  if (PAGE.test(contact)) return html`<a href="${contact}" rel="noreferrer">${contact}</a>`;
  if (TELEPHONE.test(contact)) return html`<a href="tel:${contact.replace(/[^\d+]/g, "")}">${contact}</a>`;
  return theirs(contact);
}

/** `Example IT · +81 3 1234 5678`. */
export const operatorLine = (c: AppContext): Html => {
  const { contact } = c.var.operator;
  const name = html`<strong>${theirs(operatorName(c))}</strong>`;
  return contact === null ? name : html`${name} · ${contactLink(contact)}`;
};
