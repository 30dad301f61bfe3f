// Attaches each behaviour to what asks for it by an attribute. Every page works without.
import { copyButtons } from "./copy.js";
import { keepTyped } from "./keep-typed.js";
import { localTimes } from "./local-time.js";
import { menus } from "./menu.js";

localTimes(document);
copyButtons(document);
keepTyped(document);
menus(document);
