import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync } from "node:zlib";
import { Language, Parser } from "web-tree-sitter";
// src/read/code/nodes.ts
/** The child a pick names. */
const pick = (node, which) => typeof which === "number" ? node.children[which] : node.children.find((child) => child.field === which);
/** All children of a field. */
const picks = (node, field) => node.children.filter((child) => child.field === field);
const childOf = (node, ...types) => node?.children.find((child) => types.includes(child.type));
const textExpr = (text, line) => ({
	is: "text",
	text,
	line
});
const unknownExpr = (why, line) => ({
	is: "unknown",
	why,
	line
});
// src/read/code/strings.ts
const SIMPLE = {
	n: "\n",
	t: "	",
	r: "\r",
	b: "\b",
	f: "\f",
	v: "\v",
	a: "\x07",
	"0": "\0",
	s: " ",
	e: "\x1B"
};
/** The character an escape sequence of the C family stands for; what is no such escape stays as written. */
const unescaped = (sequence) => {
	if (sequence === "{{" || sequence === "}}" || sequence === "\"\"") return sequence[0];
	if (!sequence.startsWith("\\")) return sequence;
	const code = /^\\(?:x([0-9a-f]{1,4})|u\{([0-9a-f]{1,6})\}|u+([0-9a-f]{4})|U([0-9a-f]{8})|([0-7]{2,3}))$/i.exec(sequence);
	if (code !== null) return character(code[5] === void 0 ? Number.parseInt(code[1] ?? code[2] ?? code[3] ?? code[4], 16) : Number.parseInt(code[5], 8));
	const rest = sequence.slice(1);
	if (rest === "\n") return "";
	return Object.hasOwn(SIMPLE, rest) ? SIMPLE[rest] : rest;
};
const character = (code) => code <= 1114111 ? String.fromCodePoint(code) : "�";
// src/read/code/expressions.ts
const OPERATORS = {
	"+": "concat",
	"||": "or",
	"??": "or",
	or: "or",
	"&&": "and",
	and: "and",
	"==": "equals",
	"===": "equals",
	"!=": "equals",
	"!==": "equals"
};
/** `picks.name`, or the node itself. */
const ref = (l, node) => ({
	is: "ref",
	name: l.text(node),
	line: node.line
});
const text = (l, node) => textExpr(l.text(node), node.line);
/**
* A string: its parts are the text between the delimiters, escapes and holes. A child is a hole if its rule is `template`, an
* escape or content by its type's name; what stands between the children is content too. Picks: none.
*/
const string$1 = (l, node) => {
	const parts = [];
	let content = "";
	const take = (part) => {
		if (l.kindOf(part) === "template") {
			if (content !== "") parts.push(textExpr(content, node.line));
			content = "";
			parts.push(l.expr(part));
		} else if (/escape/.test(part.type)) content += unescaped(l.text(part));
		else if (part.children.length === 0) content += /start$|end$|quote$|brace$/.test(part.type) ? "" : l.text(part);
		else {
			let at = part.start;
			for (const child of part.children) {
				content += l.source.slice(at, child.start);
				take(child);
				at = child.end;
			}
			content += l.source.slice(at, part.end);
		}
	};
	for (const child of node.children) take(child);
	if (content !== "" || parts.length === 0) parts.push(textExpr(content, node.line));
	return parts.length === 1 && parts[0].is === "text" ? parts[0] : {
		is: "concat",
		parts,
		line: node.line
	};
};
const nothing = (_, node) => unknownExpr("null", node.line);
/** Picks: of, name. */
const member$1 = (l, node, picks) => {
	const of = pick(node, picks.of);
	const name = pick(node, picks.name);
	const value = {
		is: "member",
		of: l.expr(of),
		name: name === void 0 ? "" : l.text(name),
		line: node.line
	};
	if (isOptional(l, of, name)) value.optional = true;
	return value;
};
/** Whether `?.` stands between an object and its member. */
const isOptional = (l, of, name) => of !== void 0 && name !== void 0 && l.source.slice(of.end, name.start).trimStart().startsWith("?");
/** Picks: of, key. */
const index = (l, node, picks) => ({
	is: "index",
	of: l.expr(pick(node, picks.of)),
	key: l.expr(pick(node, picks.key)),
	line: node.line
});
/** The arguments of a list node: those of kind `argument` with a name are named. */
const argumentsOf = (l, list) => {
	const args = [];
	const named = [];
	const isOneArgument = list !== void 0 && l.spec.rules[list.type] !== void 0;
	for (const node of isOneArgument ? [list] : list?.children ?? []) {
		const rule = l.spec.rules[node.type];
		if (l.kindOf(node) === "argument" && Array.isArray(rule)) {
			const { name, value } = rule[1];
			const label = pick(node, name);
			const content = typeof value === "number" ? node.children.filter((child) => child !== label)[value] : pick(node, value);
			if (label !== void 0) named.push({
				name: l.text(label),
				value: l.expr(content)
			});
			else args.push(l.expr(content));
		} else args.push(l.expr(node));
	}
	return {
		args,
		named
	};
};
/** Picks: callee, args; optional typeArgs. */
const call$1 = (l, node, picks) => {
	const calleeNode = pick(node, picks.callee);
	const argsNode = pick(node, picks.args);
	const callee = l.expr(calleeNode);
	const typeArgs = picks.typeArgs === void 0 ? [] : typeArguments(l, pick(node, picks.typeArgs));
	const optional = callee.is === "member" && callee.optional || isOptional(l, calleeNode, argsNode);
	return l.call(node, {
		callee,
		...argumentsOf(l, argsNode),
		...typeArgs.length > 0 && { typeArgs },
		...optional && { optional: true }
	});
};
const typeArguments = (l, list) => (list?.children ?? []).map((child) => l.typeRef(child)).filter((type) => type !== void 0);
/** Picks: type, args. An initialiser is a hook's work. */
const create$2 = (l, node, picks) => {
	const type = l.typeRef(pick(node, picks.type));
	return l.call(node, {
		callee: type === void 0 ? unknownExpr("type", node.line) : l.typeExpr(type.name, node.line),
		...argumentsOf(l, pick(node, picks.args)),
		...type?.args && { typeArgs: type.args },
		isNew: true
	});
};
/** Picks: left, operator, right. Chains of one operator are walked without recursion. */
const binary = (l, node, picks) => {
	const operator = operatorOf(l, node, picks);
	const meaning = meaningOf(l, operator);
	if (meaning === "concat") return {
		is: "concat",
		parts: flat(chain(l, node, picks, operator).map((n) => l.expr(n))),
		line: node.line
	};
	if (meaning === "or") return {
		is: "or",
		options: chain(l, node, picks, operator).map((n) => l.expr(n)),
		line: node.line
	};
	if (meaning === "and") {
		const operands = chain(l, node, picks, operator);
		for (const operand of operands.slice(0, -1)) l.statement(operand);
		return l.expr(operands.at(-1));
	}
	if (meaning === "format") return format(l, node, pick(node, picks.left), pick(node, picks.right));
	if (meaning === "instance") l.case(l.expr(pick(node, picks.right)), l.expr(pick(node, picks.left)), node);
	else if (meaning === "equals") equals(l, node, l.expr(pick(node, picks.left)), l.expr(pick(node, picks.right)));
	else for (const operand of chain(l, node, picks, operator)) l.statement(operand);
	return unknownExpr(`operator ${operator}`, node.line);
};
const operatorOf = (l, node, picks) => {
	const operator = pick(node, picks.operator);
	return operator === void 0 ? "" : l.text(operator);
};
const meaningOf = (l, operator) => (l.spec.operators && Object.hasOwn(l.spec.operators, operator) ? l.spec.operators[operator] : void 0) ?? (Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : "none");
/** Operands of a left-leaning chain of one operator, in order. */
const chain = (l, node, picks, operator) => {
	const operands = [];
	let here = node;
	while (here !== void 0 && here.type === node.type && operatorOf(l, here, picks) === operator) {
		const right = pick(here, picks.right);
		if (right !== void 0) operands.push(right);
		here = pick(here, picks.left);
	}
	if (here !== void 0) operands.push(here);
	return operands.reverse();
};
/** Parts of inner concatenations in the outer one, adjacent texts joined. */
const flat = (parts) => {
	const out = [];
	for (const part of parts.flatMap((p) => p.is === "concat" ? p.parts : [p])) {
		const last = out.at(-1);
		if (part.is === "text" && last?.is === "text") out[out.length - 1] = {
			...last,
			text: last.text + part.text
		};
		else out.push(part);
	}
	return out;
};
const format = (l, node, left, right) => {
	const of = l.expr(left);
	const values = l.expr(right);
	if (of.is !== "text" && of.is !== "concat" && values.is === "text") return unknownExpr("operator %", node.line);
	return l.call(node, {
		callee: {
			is: "member",
			of,
			name: "%",
			line: node.line
		},
		args: values.is === "list" ? values.items : [values]
	});
};
/** `a == 'x'` is a case of a; of other comparisons both sides are read. */
const equals = (l, node, left, right) => {
	if (left.is === "unknown" || right.is === "unknown") {
		l.read(left);
		l.read(right);
	} else if (isConstant(right) && !isConstant(left)) l.case(right, left, node);
	else if (isConstant(left) && !isConstant(right)) l.case(left, right, node);
	else {
		l.read(left);
		l.read(right);
	}
};
/** A text, or a name that is written as constants are: `PAID`, `Status.Paid`, `pb.Status_PAID`. */
const isConstant = (value) => {
	if (value.is === "text") return true;
	if (value.is === "ref") return /^[A-Z][A-Z0-9_]+$/.test(value.name);
	if (value.is !== "member") return false;
	if (/^[A-Z][A-Z0-9_]+$/.test(value.name) || /^[A-Z]\w*_[A-Z]/.test(value.name)) return true;
	const of = value.of.is === "ref" || value.of.is === "member" ? value.of.name : "";
	return /^[A-Z]\w*[a-z]/.test(of) && /^[A-Z]/.test(value.name);
};
/** Picks: operator, of. Without an operator the node's first character is it. */
const unary = (l, node, picks) => {
	const operand = pick(node, picks.of);
	const operator = picks.operator === void 0 ? l.source[node.start] : operatorOf(l, node, picks);
	const meaning = meaningOf(l, `unary ${operator}`);
	if (meaning === "address") return {
		is: "addressOf",
		of: l.expr(operand),
		line: node.line
	};
	if (meaning === "deref") return {
		is: "index",
		of: l.expr(operand),
		key: textExpr("*", node.line),
		line: node.line
	};
	if (meaning === "element") return {
		is: "elementOf",
		of: l.expr(operand),
		line: node.line
	};
	const value = l.expr(operand);
	if (operator === "-" && value.is === "text" && /^\d/.test(value.text)) return textExpr(`-${value.text}`, node.line);
	l.read(value);
	return unknownExpr(`operator ${operator}`, node.line);
};
/** Picks: test, yes, no. */
const conditional = (l, node, picks) => {
	const test = pick(node, picks.test);
	const yes = pick(node, picks.yes);
	const no = pick(node, picks.no);
	const [first, second] = [yes, no].map((n) => n === void 0 ? "" : l.text(n));
	const tested = test === void 0 ? "" : l.text(test).replace(/^\((.*)\)$/, "$1");
	const guard = /^(?:typeof )?(.+?) *(!==?|===?|is not|is) *(?:null|undefined|None|""|''|'undefined')$/.exec(tested);
	const isPlain = tested === first || guard?.[1] === first && /^(!|is not)/.test(guard?.[2] ?? "");
	const isInverse = guard?.[1] === second && /^(=|is$)/.test(guard?.[2] ?? "");
	if (isPlain) return {
		is: "or",
		options: [l.expr(yes), l.expr(no)],
		line: node.line
	};
	if (isInverse) return {
		is: "or",
		options: [l.expr(no), l.expr(yes)],
		line: node.line
	};
	if (test !== void 0) l.statement(test);
	return {
		is: "either",
		options: [l.expr(yes), l.expr(no)],
		line: node.line
	};
};
/** A bare list of values or targets; one of one is that one. */
const tuple = (l, node, picks) => node.children.length === 1 ? l.expr(node.children[0]) : list(l, node, picks);
const list = (l, node) => ({
	is: "list",
	items: node.children.map((child) => l.expr(child)),
	line: node.line
});
/** Its children are of kind `pair`, `spread`, or hooks that give a map of their own entries. */
const map = (l, node) => {
	const entries = [];
	for (const child of node.children) {
		const value = l.expr(child);
		if (value.is === "map") entries.push(...value.entries);
		else if (value.is === "spread") entries.push({
			key: value,
			value
		});
		else if (value.is !== "unknown") entries.push({
			key: value,
			value
		});
	}
	return {
		is: "map",
		entries,
		line: node.line
	};
};
/** Picks: key, value. One entry of a map. */
const pair = (l, node, picks) => ({
	is: "map",
	entries: [{
		key: l.expr(pick(node, picks.key)),
		value: l.expr(pick(node, picks.value))
	}],
	line: node.line
});
const spread = (l, node) => ({
	is: "spread",
	of: l.expr(node.children[0]),
	line: node.line
});
/** Pick: of; its first child without. The value of the node is that of one child. */
const through = (l, node, picks) => {
	const child = pick(node, picks.of ?? 0);
	return child === void 0 ? void 0 : l.expr(child);
};
/** Pick: value. An argument where no call asks for it. */
const argument = (l, node, picks) => l.expr(pick(node, picks.value));
const expressions = {
	ref,
	text,
	string: string$1,
	null: nothing,
	member: member$1,
	index,
	call: call$1,
	new: create$2,
	binary,
	unary,
	conditional,
	list,
	tuple,
	map,
	pair,
	spread,
	through,
	argument,
	element: (l, node) => ({
		is: "elementOf",
		of: l.expr(node.children[0]),
		line: node.line
	}),
	template: through,
	concat: (l, node) => ({
		is: "concat",
		parts: flat(node.children.map((child) => l.expr(child))),
		line: node.line
	})
};
// src/read/code/switches.ts
/** The items of a bare list of values, or the node itself. */
const sides = (l, node) => l.kindOf(node) === "tuple" ? node.children : [node];
/** Picks: of; optional body. Its cases are of kind `case`; one without a value is the default. */
const choice = (l, node, picks) => {
	const ofNode = picks.of === void 0 ? void 0 : pick(node, picks.of);
	const of = ofNode === void 0 ? void 0 : l.expr(ofNode);
	const saved = l.subject;
	l.subject = {
		of,
		hasDefault: hasDefault(l, node),
		used: false,
		values: []
	};
	l.statements(node.children.filter((child) => child !== ofNode));
	const { values } = l.subject;
	if (of !== void 0 && !l.subject.used) l.read(of);
	l.subject = saved;
	return values.length === 0 ? void 0 : {
		is: "either",
		options: values,
		line: node.line
	};
};
const hasDefault = (l, node) => node.children.some((child) => /default/.test(child.type) || /label$/.test(child.type) && child.children.length === 0 || /(?:body|block|group|rule|section)$/.test(child.type) && hasDefault(l, child));
/** Picks: value (may stand several times), further children are its statements. */
const label$1 = (l, node, picks$2) => {
	const values = typeof picks$2.value === "number" ? [pick(node, picks$2.value)] : picks(node, picks$2.value);
	const items = values.filter((n) => n !== void 0).flatMap((n) => sides(l, n));
	for (const item of items) caseOf(l, l.expr(item), item);
	l.statements(node.children.filter((child) => !values.includes(child)));
};
/** A label of the switch that is walked. */
const caseOf = (l, value, node) => {
	if (value.is === "unknown") return;
	if (l.subject?.of === void 0) l.read(value);
	else {
		l.subject.used = true;
		l.case(value, l.subject.of, node, l.subject.hasDefault);
	}
};
/** What the branch that is walked gives as the value of the switch. */
const branchValue = (l, value) => {
	if (value === void 0) return;
	if (l.subject === void 0) l.read(value);
	else l.subject.values.push(value);
};
// src/read/code/statements.ts
const block = (l, node) => {
	l.statements(node.children);
};
const skip = () => void 0;
/** Picks: name, params, body; optional returns, mods. Members belong to the type around them. */
const fn = (l, node, picks) => {
	const name = pick(node, picks.name);
	declareFunction(l, node, picks, name === void 0 ? "" : l.text(name));
};
/** Picks: params, body; optional returns. */
const lambda = (l, node, picks) => ({
	is: "lambda",
	fn: declareFunction(l, node, picks, "<lambda>"),
	line: node.line
});
/** Adds the function of a node with the picks params, body and returns. */
const declareFunction = (l, node, picks, name, more = {}) => {
	const { annotations, static: isStatic } = l.modifiers(node);
	const returns = picks.returns === void 0 ? void 0 : l.typeRef(pick(node, picks.returns));
	const fact = {
		name,
		...l.type !== void 0 && name !== "<lambda>" && (l.fn === 0 || l.facts.functions[l.fn].name === "<init>" || l.typeIsLocal()) ? { owner: l.type } : {},
		...more,
		...isStatic && { static: true },
		parameters: [],
		...returns && { returns },
		annotations
	};
	const params = picks.params === void 0 ? void 0 : pick(node, picks.params);
	return l.function(node, fact, pick(node, picks.body), (made) => {
		made.parameters = l.parameters(params);
	});
};
/** Picks: left, right; optional operator, type. Either side may be a list. */
const assign = (l, node, picks) => {
	const left = pick(node, picks.left);
	const right = pick(node, picks.right);
	const type = picks.type === void 0 ? void 0 : l.typeRef(pick(node, picks.type));
	if (left === void 0 || right === void 0) {
		if (left !== void 0 && type !== void 0) l.bind(l.expr(left), unknownExpr("no value", node.line), node, type);
		else l.statements(node.children);
		return;
	}
	const operatorNode = picks.operator === void 0 ? void 0 : pick(node, picks.operator);
	const operator = operatorNode === void 0 ? "=" : l.text(operatorNode);
	const target = l.expr(left);
	const value = l.expr(right);
	if (operator !== "=" && operator !== ":=") return compound(l, node, target, operator, value);
	bindPattern(l, node, target, value, type);
	return value;
};
const compound = (l, node, target, operator, value) => {
	const made = operator === "+=" ? {
		is: "concat",
		parts: flat([target, value]),
		line: node.line
	} : operator === "??=" || operator === "||=" ? {
		is: "or",
		options: [target, value],
		line: node.line
	} : unknownExpr(`operator ${operator}`, node.line);
	if (made.is === "unknown") l.read(value);
	l.bind(target, made, node);
	return target;
};
/** A target that is a list, a map or has a default takes its value apart. `_` takes nothing. */
const bindPattern = (l, node, target, value, type) => {
	const { line } = node;
	if (target.is === "ref" && target.name === "_") return;
	if (target.is === "list") for (const [i, item] of target.items.entries()) bindPattern(l, node, item, part(l, value, i, line), type);
	else if (target.is === "map") for (const { key, value: to } of target.entries) bindPattern(l, node, to, member(value, key, line));
	else if (target.is === "or") bindPattern(l, node, target.options[0], {
		is: "or",
		options: [value, target.options[1]],
		line
	}, type);
	else if (target.is === "spread") l.bind(target.of, unknownExpr("rest", line), node);
	else l.bind(target, value, node, type);
};
/** The part of a value that the target at a position takes. */
const part = (l, value, index, line) => {
	if (value.is === "list") return value.items[index] ?? unknownExpr("no value", line);
	if (value.is === "unknown") return value;
	if (value.is === "call" || !l.spec.commaOk) return {
		is: "nth",
		of: value,
		index,
		line
	};
	return index === 0 ? value : unknownExpr("whether it is there", line);
};
const member = (of, key, line) => key.is === "text" ? {
	is: "member",
	of,
	name: key.text,
	line
} : {
	is: "index",
	of,
	key,
	line
};
/** Picks: name (may stand several times), value; optional type. Fields of a type are a hook's work. */
const declare = (l, node, picks$1) => {
	const type = picks$1.type === void 0 ? void 0 : l.typeRef(pick(node, picks$1.type));
	const value = pick(node, picks$1.value);
	if (value === void 0 && type === void 0) return void 0;
	const targets = (typeof picks$1.name === "number" ? [pick(node, picks$1.name)] : picks(node, picks$1.name)).filter((n) => n !== void 0).map((n) => l.expr(n));
	const made = value === void 0 ? unknownExpr("no value", node.line) : l.expr(value);
	const target = targets.length === 1 ? targets[0] : {
		is: "list",
		items: targets,
		line: node.line
	};
	bindPattern(l, node, target, made, type);
};
/** Pick: value; its first child without. */
const returns = (l, node, picks) => {
	const value = pick(node, picks.value ?? 0);
	if (value === void 0) return void 0;
	l.return(l.expr(value), node);
};
/** Picks: left, right; optional type, body. */
const foreach = (l, node, picks) => {
	const right = pick(node, picks.right);
	const left = pick(node, picks.left);
	const element = {
		is: "elementOf",
		of: l.expr(right),
		line: node.line
	};
	const type = picks.type === void 0 ? void 0 : l.typeRef(pick(node, picks.type));
	if (left !== void 0) bindPattern(l, node, l.expr(left), element, type);
	else l.read(element);
	const body = picks.body === void 0 ? void 0 : pick(node, picks.body);
	if (body !== void 0) l.statement(body);
};
const statements = {
	block,
	skip,
	function: fn,
	lambda,
	assign,
	declare,
	return: returns,
	foreach,
	switch: choice,
	case: label$1,
	type: block
};
// src/read/code/languages/go.ts
const imported$3 = (l, node) => {
	const path = l.expr(pick(node, "path"));
	if (path.is !== "text") return void 0;
	const alias = pick(node, "name");
	l.import(node, {
		local: alias === void 0 ? packageName(path.text) : l.text(alias),
		path: path.text
	});
};
/** The usual name of the package at a path: its last segment that is no version. */
const packageName = (path) => {
	const segments = path.split("/");
	const last = segments.at(-1);
	return (/^v\d+$/.test(last) && segments.length > 1 ? segments.at(-2) : last).replace(/\.v\d+$/, "");
};
const declaredType = (l, node) => {
	const name = pick(node, "name");
	const type = pick(node, "type");
	if (name === void 0 || type === void 0) return void 0;
	const kind = type.type === "struct_type" ? "struct" : type.type === "interface_type" ? "interface" : "alias";
	const members = type.type === "struct_type" ? type.children[0]?.children ?? [] : type.children;
	const aliased = kind === "alias" ? l.typeRef(type) : void 0;
	const embedded = members.filter((m) => kind === "struct" ? pick(m, "name") === void 0 : kind === "interface" && m.type === "type_elem");
	const supers = aliased === void 0 ? embedded.map((m) => l.typeRef(m)).filter((ref) => ref !== void 0) : [aliased];
	l.declareType(node, {
		name: l.text(name),
		kind,
		supers,
		annotations: []
	}, (index) => {
		l.facts.types[index].fields = kind === "struct" ? members.flatMap((member) => fields$1(l, member)) : [];
		if (kind !== "interface") return;
		for (const method of members.filter((m) => m.type === "method_elem")) declareFunction(l, method, {
			params: "parameters",
			returns: "result",
			body: "body"
		}, l.text(pick(method, "name")), { owner: index });
	});
};
const fields$1 = (l, node) => {
	const type = l.typeRef(pick(node, "type"));
	const tagNode = pick(node, "tag");
	const tag = tagNode === void 0 ? void 0 : l.expr(tagNode);
	return picks(node, "name").map((name) => ({
		name: l.text(name),
		...type && { type },
		...tag?.is === "text" && { tag: tag.text },
		annotations: [],
		spot: l.spot(name)
	}));
};
const method$1 = (l, node) => {
	const receiver = pick(node, "receiver")?.children[0];
	const name = receiver && pick(receiver, "name");
	const owner = receiver && l.typeRef(pick(receiver, "type"));
	const index = declareFunction(l, node, {
		params: "parameters",
		returns: "result",
		body: "body"
	}, l.text(pick(node, "name")), { ...owner && { owner: owner.name } });
	if (name !== void 0) l.facts.functions[index].receiver = l.text(name);
};
/** `T{…}` is a call that makes a T; slices, arrays and maps are what they hold. Inner literals without a type have their outer's. */
const composite = (l, node) => {
	const type = pick(node, "type");
	const body = pick(node, "body");
	return literal(l, body ?? node, type === void 0 ? void 0 : l.typeRef(type) ?? { name: "struct" });
};
const literal = (l, body, type) => {
	const element = type?.args?.at(-1);
	const line = body.line;
	if (type?.name === "[]") return {
		is: "list",
		items: body.children.map((n) => item(l, pick(n, "value") ?? n, element)),
		line
	};
	if (type === void 0 || type.name === "map" || type.name === "struct") return {
		is: "map",
		entries: body.children.map((n) => {
			const key = pick(n, "key");
			const value = pick(n, "value") ?? n;
			return {
				key: key === void 0 ? unknownExpr("position", n.line) : keyOf(l, key, type),
				value: item(l, value, element)
			};
		}),
		line
	};
	const keyed = body.children.filter((n) => n.type === "keyed_element");
	const args = body.children.filter((n) => n.type !== "keyed_element").map((n) => item(l, n, void 0));
	const init = keyed.map((n) => ({
		key: keyOf(l, pick(n, "key"), type),
		value: item(l, pick(n, "value"), void 0)
	}));
	return l.call(body, {
		callee: l.typeExpr(type.name, line),
		args,
		...init.length > 0 && { init },
		...type.args && { typeArgs: type.args },
		isNew: true
	});
};
const keyOf = (l, key, type) => {
	const name = key.children[0] ?? key;
	return type?.name !== "map" && name.type === "identifier" ? textExpr(l.text(name), key.line) : item(l, key, void 0);
};
const item = (l, node, type) => {
	const inner = node.type === "literal_element" ? node.children[0] : node;
	return inner?.type === "literal_value" ? literal(l, inner, type) : l.expr(inner);
};
const range = (l, node) => {
	const of = l.expr(pick(node, "right"));
	const targets = pick(node, "left")?.children ?? [];
	const element = {
		is: "elementOf",
		of,
		line: node.line
	};
	if (targets.length === 0) l.read(element);
	targets.forEach((target, i) => {
		const isElement = i === targets.length - 1;
		const to = l.expr(target);
		if (to.is !== "ref" || to.name !== "_") l.bind(to, isElement ? element : unknownExpr("key", node.line), node);
	});
};
const conversion = (l, node) => {
	const type = l.typeRef(pick(node, "type"));
	const operand = l.expr(pick(node, "operand"));
	if (type === void 0 || !/^\w/.test(type.name) || /^(?:map|func|chan)$/.test(type.name)) return operand;
	return l.call(node, {
		callee: l.typeExpr(type.name, node.line),
		args: [operand],
		...type.args && { typeArgs: type.args }
	});
};
const typeSwitch = (l, node) => {
	const of = l.expr(pick(node, "value"));
	const alias = pick(node, "alias")?.children[0];
	const saved = l.subject;
	l.subject = {
		of,
		hasDefault: childOf(node, "default_case") !== void 0,
		used: false,
		values: []
	};
	const initializer = pick(node, "initializer");
	if (initializer !== void 0) l.statement(initializer);
	for (const branch of node.children.filter((child) => /_case$/.test(child.type))) {
		for (const typeNode of picks(branch, "type")) {
			const type = l.typeRef(typeNode);
			if (type === void 0) continue;
			caseOf(l, l.typeExpr(type.name, typeNode.line), typeNode);
			if (alias !== void 0) l.bind(l.expr(alias), of, typeNode, type);
		}
		l.statements(branch.children.filter((child) => child.field !== "type"));
	}
	if (!l.subject.used) l.read(of);
	l.subject = saved;
};
const send = (l, node) => {
	const of = l.expr(pick(node, "channel"));
	l.bind({
		is: "elementOf",
		of,
		line: node.line
	}, l.expr(pick(node, "value")), node);
};
const packaged$1 = (l, node) => {
	if (node.children[0] !== void 0) l.facts.unit.package = l.text(node.children[0]);
};
const parameters$3 = (l, list) => list.children.flatMap((node) => {
	const type = l.typeRef(pick(node, "type"));
	const rest = node.type === "variadic_parameter_declaration";
	const names = picks(node, "name").filter((name) => name.type === "identifier");
	const make = (name) => ({
		name,
		...type && { type },
		annotations: [],
		...rest && { rest }
	});
	return names.length === 0 ? [make("")] : names.map((name) => make(l.text(name)));
});
const main$3 = (facts) => facts.unit.package === "main" ? facts.functions.find((fn) => fn.name === "main" && fn.owner === void 0)?.spot : void 0;
/** Go: packages are folders, methods name their receiver, struct tags are kept raw, embedded types lend their members. */
const go = {
	language: "go",
	version: 1,
	endings: [".go"],
	grammar: () => "go",
	traits: {
		moduleIs: "directory",
		implicitThis: false,
		selfIsFirstParameter: false,
		overloads: false,
		extensionMethods: false,
		embedding: true,
		callMakesInstance: false,
		tuples: true,
		accessors: ["Get", "Set"]
	},
	rules: {
		package_clause: packaged$1,
		import_spec: imported$3,
		type_spec: declaredType,
		type_alias: declaredType,
		function_declaration: ["function", {
			name: "name",
			params: "parameters",
			returns: "result",
			body: "body"
		}],
		method_declaration: method$1,
		func_literal: ["lambda", {
			params: "parameters",
			returns: "result",
			body: "body"
		}],
		block: ["block"],
		var_spec: ["declare", {
			name: "name",
			type: "type",
			value: "value"
		}],
		const_spec: ["declare", {
			name: "name",
			type: "type",
			value: "value"
		}],
		short_var_declaration: ["assign", {
			left: "left",
			right: "right"
		}],
		assignment_statement: ["assign", {
			left: "left",
			operator: "operator",
			right: "right"
		}],
		receive_statement: ["assign", {
			left: "left",
			right: "right"
		}],
		inc_statement: ["skip"],
		dec_statement: ["skip"],
		send_statement: send,
		range_clause: range,
		return_statement: ["return"],
		expression_switch_statement: ["switch", { of: "value" }],
		expression_case: ["case", { value: "value" }],
		type_switch_statement: typeSwitch,
		expression_list: ["tuple"],
		identifier: ["ref"],
		type_identifier: ["ref"],
		field_identifier: ["ref"],
		package_identifier: ["ref"],
		blank_identifier: ["ref"],
		label_name: ["skip"],
		int_literal: ["text"],
		float_literal: ["text"],
		rune_literal: ["text"],
		true: ["text"],
		false: ["text"],
		nil: ["null"],
		interpreted_string_literal: ["string"],
		raw_string_literal: ["string"],
		selector_expression: ["member", {
			of: "operand",
			name: "field"
		}],
		qualified_type: ["member", {
			of: "package",
			name: "name"
		}],
		index_expression: ["index", {
			of: "operand",
			key: "index"
		}],
		slice_expression: ["through", { of: "operand" }],
		call_expression: ["call", {
			callee: "function",
			args: "arguments",
			typeArgs: "type_arguments"
		}],
		variadic_argument: ["spread"],
		composite_literal: composite,
		type_conversion_expression: conversion,
		type_assertion_expression: ["through", { of: "operand" }],
		parenthesized_expression: ["through"],
		unary_expression: ["unary", {
			operator: "operator",
			of: "operand"
		}],
		binary_expression: ["binary", {
			left: "left",
			operator: "operator",
			right: "right"
		}]
	},
	types: {
		type_identifier: ["name"],
		package_identifier: ["name"],
		qualified_type: ["name"],
		generic_type: [
			"generic",
			"type",
			"type_arguments"
		],
		type_elem: ["through"],
		pointer_type: ["through"],
		parenthesized_type: ["through"],
		negated_type: ["through"],
		slice_type: [
			"wrap",
			"[]",
			"element"
		],
		array_type: [
			"wrap",
			"[]",
			"element"
		],
		implicit_length_array_type: [
			"wrap",
			"[]",
			"element"
		],
		map_type: [
			"wrap",
			"map",
			"key",
			"value"
		],
		channel_type: [
			"wrap",
			"chan",
			"value"
		],
		function_type: [
			"wrap",
			"func",
			"parameters",
			"result"
		],
		parameter_list: ["wrap", "()"],
		parameter_declaration: ["through", "type"],
		variadic_parameter_declaration: ["through", "type"],
		field_declaration: ["through", "type"]
	},
	operators: {
		"unary &": "address",
		"unary *": "deref",
		"unary <-": "element"
	},
	blocks: ["block"],
	commaOk: true,
	parameters: parameters$3,
	main: main$3
};
// src/read/code/languages/java.ts
const FUNCTION$1 = {
	params: "parameters",
	returns: "type",
	body: "body"
};
const packaged = (l, node) => {
	const name = node.children.find((child) => /identifier$/.test(child.type));
	if (name !== void 0) l.facts.unit.package = l.text(name);
};
/** `import static a.B.c` is member c of a.B; `import a.*` a star. */
const imported$2 = (l, node) => {
	const name = node.children.find((child) => /identifier$/.test(child.type));
	if (name === void 0) return void 0;
	const path = l.text(name).replace(/\s/g, "");
	const last = path.slice(path.lastIndexOf(".") + 1);
	const isStatic = /^import\s+static\b/.test(l.text(node));
	if (childOf(node, "asterisk") !== void 0) l.import(node, {
		local: "*",
		path
	});
	else if (isStatic) l.import(node, {
		local: last,
		path: path.slice(0, -last.length - 1),
		name: last
	});
	else l.import(node, {
		local: last,
		path
	});
};
const modifiers = (l, node) => {
	const list = childOf(node, "modifiers");
	if (list === void 0) return { annotations: [] };
	const annotations = list.children.filter((child) => /annotation$/.test(child.type)).map((child) => annotation(l, child));
	const words = l.text(list).replace(/@\w+\([^)]*\)/g, "");
	return {
		annotations,
		.../\bstatic\b/.test(words) && { static: true }
	};
};
const annotation = (l, node) => {
	const name = pick(node, "name");
	return {
		name: name === void 0 ? "" : l.text(name),
		...argumentsOf(l, pick(node, "arguments")),
		spot: l.spot(node)
	};
};
const KINDS = {
	class_declaration: "class",
	interface_declaration: "interface",
	enum_declaration: "enum",
	record_declaration: "record",
	annotation_type_declaration: "interface"
};
const declared = (l, node) => {
	const name = l.text(pick(node, "name") ?? node);
	const supers = node.children.filter((child) => /^(?:superclass|super_interfaces|extends_interfaces)$/.test(child.type)).flatMap((clause) => clause.children).flatMap((base) => base.type === "type_list" ? base.children : [base]).map((base) => l.typeRef(base)).filter((ref) => ref !== void 0);
	const { annotations } = l.modifiers(node);
	l.declareType(node, {
		name,
		kind: KINDS[node.type],
		supers,
		annotations
	}, (type) => {
		const body = pick(node, "body");
		if (node.type === "record_declaration") recordParts(l, node, type, name, body);
		members$1(l, body, type);
	});
};
/** A record's components are fields, and parameters of its constructor, whose body may stand as a compact one. */
const recordParts = (l, node, type, name, body) => {
	const compact = childOf(body, "compact_constructor_declaration");
	const index = l.function(compact ?? node, {
		name,
		owner: type,
		isConstructor: true,
		parameters: [],
		annotations: []
	}, compact && pick(compact, "body"), (made) => {
		made.parameters = l.parameters(pick(node, "parameters")).map((parameter) => ({
			...parameter,
			field: true
		}));
	});
	for (const { name: part, type: of, annotations } of l.facts.functions[index].parameters) l.facts.types[type].fields.push({
		name: part,
		...of && { type: of },
		annotations,
		spot: l.spot(node)
	});
};
const members$1 = (l, body, type) => {
	for (const member of body?.children ?? []) if (/^(?:field|constant)_declaration$/.test(member.type)) l.facts.types[type].fields.push(...fields(l, member));
	else if (member.type === "enum_constant") l.facts.types[type].fields.push(constant(l, member, type));
	else if (member.type === "enum_body_declarations") members$1(l, member, type);
	else if (member.type === "block" || member.type === "static_initializer") l.inInit(member, () => l.statement(member));
	else if (member.type !== "compact_constructor_declaration") l.statement(member);
};
const fields = (l, node) => {
	const { annotations } = l.inInit(node, () => l.modifiers(node));
	const type = l.typeRef(pick(node, "type"));
	return picks(node, "declarator").map((declarator) => {
		const value = pick(declarator, "value");
		const made = value && l.inInit(declarator, () => l.expr(value));
		return {
			name: l.text(pick(declarator, "name") ?? declarator),
			...type && { type },
			annotations,
			...made && { value: made },
			.../^Optional$/.test(type?.name ?? "") && { optional: true },
			spot: l.spot(declarator)
		};
	});
};
/** An enum constant is a field of the enum's own type, made by its constructor. */
const constant = (l, node, type) => {
	const enumName = l.facts.types[type].name;
	const name = l.text(pick(node, "name") ?? node);
	const made = l.inInit(node, () => {
		const callee = {
			is: "ref",
			name: enumName,
			line: node.line
		};
		return l.call(node, {
			callee,
			...argumentsOf(l, pick(node, "arguments")),
			isNew: true
		});
	});
	const body = pick(node, "body");
	if (body !== void 0) l.statement(body);
	return {
		name,
		type: { name: enumName },
		annotations: l.modifiers(node).annotations,
		value: made,
		spot: l.spot(node)
	};
};
const constructed = (l, node) => {
	declareFunction(l, node, FUNCTION$1, l.text(pick(node, "name") ?? node), { isConstructor: true });
};
const invocation = (l, node) => {
	const object = pick(node, "object");
	const nameNode = pick(node, "name");
	const name = nameNode === void 0 ? "" : l.text(nameNode);
	const line = nameNode?.line ?? node.line;
	const callee = object === void 0 ? {
		is: "ref",
		name,
		line
	} : {
		is: "member",
		of: l.expr(object),
		name,
		line
	};
	const typeArgs = typeArguments(l, pick(node, "type_arguments"));
	const made = l.call(node, {
		callee,
		...argumentsOf(l, pick(node, "arguments")),
		...typeArgs.length > 0 && { typeArgs }
	});
	equalsCase(l, node, callee, made);
	return made;
};
/** `"x".equals(y)` and `y.equals("x")` compare as `==` does. */
const equalsCase = (l, node, callee, made) => {
	if (callee.is !== "member" || made.is !== "call" || !/^equals(?:IgnoreCase)?$/.test(callee.name)) return;
	const { args } = l.facts.calls[made.call];
	const sides = args.length === 1 ? [callee.of, args[0]] : args;
	const text = sides.find((side) => side.is === "text");
	const of = sides.find((side) => side.is !== "text");
	if (text !== void 0 && of !== void 0) l.case(text, of, node);
};
/** `this(…)`, `super(…)` in a constructor. */
const chained = (l, node) => l.call(node, {
	callee: l.expr(pick(node, "constructor")),
	...argumentsOf(l, pick(node, "arguments"))
});
const create$1 = (l, node) => {
	const type = l.typeRef(pick(node, "type")) ?? { name: "Object" };
	const body = childOf(node, "class_body");
	const args = argumentsOf(l, pick(node, "arguments"));
	const name = body === void 0 ? type.name : `${type.name}$${node.line}`;
	if (body !== void 0) l.declareType(node, {
		name,
		kind: "class",
		supers: [type],
		annotations: []
	}, (made) => members$1(l, body, made));
	const callee = body === void 0 ? l.typeExpr(name, node.line) : {
		is: "ref",
		name,
		line: node.line
	};
	return l.call(node, {
		callee,
		...args,
		...type.args && { typeArgs: type.args },
		isNew: true
	});
};
const local = (l, node) => {
	const type = l.typeRef(pick(node, "type"));
	for (const declarator of picks(node, "declarator")) bindLocal(l, declarator, type);
};
const bindLocal = (l, node, type) => {
	const name = pick(node, "name");
	const value = pick(node, "value");
	if (name === void 0) return;
	const made = value === void 0 ? unknownExpr("no value", node.line) : l.expr(value);
	l.bind({
		is: "ref",
		name: l.text(name),
		line: node.line
	}, made, node, type);
};
const resource = (l, node) => {
	if (pick(node, "name") === void 0) l.statements(node.children);
	else bindLocal(l, node, l.typeRef(pick(node, "type")));
};
const instance = (l, node) => {
	const of = l.expr(pick(node, "left"));
	const right = pick(node, "right") ?? pick(node, "pattern");
	const name = pick(node, "name");
	if (right !== void 0) typeCase(l, right, of, (type) => l.case(l.typeExpr(type.name, right.line), of, node));
	const type = right && l.typeRef(right);
	if (name !== void 0) l.bind({
		is: "ref",
		name: l.text(name),
		line: node.line
	}, of, node, type);
	return unknownExpr("operator instanceof", node.line);
};
/** The type of a type pattern is a label; its name is bound to the subject, the parts of a record pattern to its members by position. */
const typeCase = (l, pattern, of, add) => {
	const inner = pattern.type === "pattern" ? pattern.children[0] : pattern;
	const typeNode = inner && /_pattern$/.test(inner.type) ? inner.children[0] : inner;
	const type = typeNode && (l.typeRef(typeNode) ?? { name: l.text(typeNode) });
	if (inner === void 0 || type === void 0) return;
	add(type);
	const name = inner.type === "type_pattern" ? inner.children[1] : void 0;
	if (name !== void 0 && of !== void 0) l.bind({
		is: "ref",
		name: l.text(name),
		line: name.line
	}, of, name, type);
};
const label = (l, node) => {
	for (const child of node.children) if (child.type === "pattern") typeCase(l, child, l.subject?.of, (type) => caseOf(l, l.typeExpr(type.name, child.line), child));
	else if (child.type === "guard") l.statement(child);
	else caseOf(l, l.expr(child), child);
};
/** The expression after a label's arrow. */
const arrow = (l, node) => {
	for (const part of node.children) if (part.type === "expression_statement") branchValue(l, l.value(part.children[0] ?? part));
	else l.statement(part);
};
const yielded = (l, node) => {
	branchValue(l, l.expr(node.children[0]));
};
const methodReference = (l, node) => {
	const [of, name] = node.children;
	const written = name === void 0 ? "new" : l.text(name);
	return {
		is: "member",
		of: l.expr(of),
		name: written,
		line: node.line
	};
};
const classLiteral = (l, node) => {
	const type = l.typeRef(node.children[0]);
	return {
		is: "member",
		of: l.typeExpr(type?.name ?? "", node.line),
		name: "class",
		line: node.line
	};
};
const qualified = (l, node) => l.typeExpr(l.text(node).replace(/\s|<.*>/g, ""), node.line);
const arrayCreation = (l, node) => {
	const value = pick(node, "value");
	return value === void 0 ? {
		is: "list",
		items: [],
		line: node.line
	} : l.expr(value);
};
/** A text block's lines lose the indentation they share. */
const string = (l, node) => {
	const value = l.kinds.string(l, node, {});
	if (value?.is !== "text" || !l.source.startsWith("\"\"\"", node.start)) return value;
	const lines = value.text.replace(/^[ \t]*\n/, "").split("\n");
	const indent = lines.filter((line, i) => line.trim() !== "" || i === lines.length - 1).map((line) => /^[ \t]*/.exec(line)[0].length).reduce((least, n) => Math.min(least, n), Number.MAX_SAFE_INTEGER);
	return textExpr(lines.map((line) => line.slice(indent)).join("\n"), node.line);
};
const parameters$2 = (l, list) => {
	return (list.type === "identifier" ? [list] : list.children.filter((child) => child.type !== "receiver_parameter")).map((node) => {
		const declarator = childOf(node, "variable_declarator") ?? node;
		const name = node.type === "identifier" ? node : pick(declarator, "name");
		const typeNode = pick(node, "type") ?? node.children.find((child) => l.spec.types[child.type] !== void 0 && child.type !== "identifier");
		const type = l.typeRef(typeNode);
		return {
			name: name === void 0 ? "" : l.text(name),
			...type && { type },
			annotations: l.modifiers(node).annotations,
			...node.type === "spread_parameter" && { rest: true }
		};
	});
};
/** `static void main(String[] args)`, and the instance main of newer versions. */
const main$2 = (facts) => facts.functions.find((fn) => fn.name === "main" && fn.owner !== void 0 && fn.returns === void 0 && fn.parameters.length <= 1 && (fn.static ?? false))?.spot;
/** Java: modules are types, members are seen without `this`, methods are told apart by their arguments. */
const java = {
	language: "java",
	version: 1,
	endings: [".java"],
	grammar: () => "java",
	traits: {
		moduleIs: "type",
		implicitThis: true,
		self: "this",
		selfIsFirstParameter: false,
		overloads: true,
		extensionMethods: false,
		embedding: false,
		callMakesInstance: false,
		tuples: false,
		accessors: [
			"get",
			"set",
			"is"
		]
	},
	rules: {
		package_declaration: packaged,
		import_declaration: imported$2,
		class_declaration: declared,
		interface_declaration: declared,
		enum_declaration: declared,
		record_declaration: declared,
		annotation_type_declaration: declared,
		method_declaration: ["function", {
			name: "name",
			...FUNCTION$1
		}],
		annotation_type_element_declaration: ["function", {
			name: "name",
			returns: "type",
			body: "body"
		}],
		constructor_declaration: constructed,
		explicit_constructor_invocation: chained,
		lambda_expression: ["lambda", {
			params: "parameters",
			body: "body"
		}],
		modifiers: ["skip"],
		block: ["block"],
		constructor_body: ["block"],
		local_variable_declaration: local,
		resource,
		assignment_expression: ["assign", {
			left: "left",
			operator: "operator",
			right: "right"
		}],
		update_expression: ["skip"],
		enhanced_for_statement: ["foreach", {
			left: "name",
			right: "value",
			body: "body",
			type: "type"
		}],
		return_statement: ["return"],
		yield_statement: yielded,
		break_statement: ["skip"],
		continue_statement: ["skip"],
		catch_formal_parameter: ["skip"],
		switch_expression: ["switch", { of: "condition" }],
		switch_rule: arrow,
		switch_label: label,
		identifier: ["ref"],
		type_identifier: ["ref"],
		scoped_identifier: qualified,
		scoped_type_identifier: qualified,
		generic_type: qualified,
		this: ["ref"],
		super: ["ref"],
		decimal_integer_literal: ["text"],
		hex_integer_literal: ["text"],
		octal_integer_literal: ["text"],
		binary_integer_literal: ["text"],
		decimal_floating_point_literal: ["text"],
		character_literal: (l, node) => textExpr(l.text(node).slice(1, -1), node.line),
		true: ["text"],
		false: ["text"],
		null_literal: ["null"],
		string_literal: string,
		string_interpolation: ["template"],
		field_access: ["member", {
			of: "object",
			name: "field"
		}],
		array_access: ["index", {
			of: "array",
			key: "index"
		}],
		method_invocation: invocation,
		object_creation_expression: create$1,
		array_creation_expression: arrayCreation,
		array_initializer: ["list"],
		element_value_array_initializer: ["list"],
		element_value_pair: ["argument", {
			name: "key",
			value: "value"
		}],
		annotation: ["skip"],
		marker_annotation: ["skip"],
		method_reference: methodReference,
		class_literal: classLiteral,
		instanceof_expression: instance,
		cast_expression: ["through", { of: "value" }],
		parenthesized_expression: ["through"],
		unary_expression: ["unary", {
			operator: "operator",
			of: "operand"
		}],
		binary_expression: ["binary", {
			left: "left",
			operator: "operator",
			right: "right"
		}],
		ternary_expression: ["conditional", {
			test: "condition",
			yes: "consequence",
			no: "alternative"
		}]
	},
	types: {
		type_identifier: ["name"],
		identifier: ["name"],
		scoped_type_identifier: ["name"],
		integral_type: ["name"],
		floating_point_type: ["name"],
		boolean_type: ["name"],
		void_type: ["name"],
		generic_type: [
			"generic",
			0,
			1
		],
		array_type: [
			"wrap",
			"[]",
			"element"
		],
		annotated_type: ["through", "type"],
		wildcard: ["through"],
		type_pattern: ["through"],
		record_pattern: ["through"]
	},
	blocks: ["block", "constructor_body"],
	parameters: parameters$2,
	modifiers,
	main: main$2
};
// src/read/code/languages/python.ts
/** `import a.b` binds `a`; a second fact, whose local is the whole path, says that the module itself is needed. */
const imported$1 = (l, node) => {
	for (const name of picks(node, "name")) {
		const alias = pick(name, "alias");
		const path = l.text(pick(name, "name") ?? name);
		const first = path.split(".")[0];
		if (alias !== void 0) l.import(node, {
			local: l.text(alias),
			path
		});
		else l.import(node, {
			local: first,
			path: first
		});
		if (alias === void 0 && path !== first) l.import(node, {
			local: path,
			path
		});
	}
};
const importedFrom = (l, node) => {
	const module = pick(node, "module_name");
	if (module === void 0) return void 0;
	const path = l.text(module).replace(/\s/g, "");
	for (const item of picks(node, "name")) {
		const name = l.text(pick(item, "name") ?? item);
		const alias = pick(item, "alias");
		l.import(node, {
			local: alias === void 0 ? name : l.text(alias),
			path,
			name
		});
	}
	if (childOf(node, "wildcard_import") !== void 0) l.import(node, {
		local: "*",
		path
	});
};
const decorated = (l, node) => {
	const definition = pick(node, "definition");
	if (definition === void 0) return void 0;
	l.pending = node.children.filter((child) => child.type === "decorator").map((child) => decorator$1(l, child));
	l.statement(definition);
	l.pending = [];
};
const decorator$1 = (l, node) => {
	const value = node.children[0];
	const callee = value.type === "call" ? pick(value, "function") : value;
	const { args, named } = value.type === "call" ? argumentsOf(l, pick(value, "arguments")) : {
		args: [],
		named: []
	};
	return {
		name: l.text(callee),
		args,
		named,
		spot: l.spot(node)
	};
};
const defined = (l, node) => {
	const name = l.text(pick(node, "name") ?? node);
	const isConstructor = name === "__init__" && l.type !== void 0;
	declareFunction(l, node, {
		params: "parameters",
		returns: "return_type",
		body: "body"
	}, name, isConstructor ? { isConstructor } : {});
};
const classed$1 = (l, node) => {
	const supers = (pick(node, "superclasses")?.children ?? []).filter((base) => base.type !== "keyword_argument").map((base) => l.typeRef(base)).filter((ref) => ref !== void 0);
	const kind = supers.some((base) => /Enum$/.test(base.name)) ? "enum" : "class";
	const { annotations } = l.modifiers(node);
	l.declareType(node, {
		name: l.text(pick(node, "name") ?? node),
		kind,
		supers,
		annotations
	}, (index) => {
		for (const member of pick(node, "body")?.children ?? []) {
			const field = fieldOf(l, member);
			if (field !== void 0) l.facts.types[index].fields.push(field);
			else if (/definition$/.test(member.type)) l.statement(member);
			else if (member.children[0]?.type !== "string") l.inInit(member, () => l.statement(member));
		}
	});
};
/** `name: type = value` in the body of a class. */
const fieldOf = (l, statement) => {
	const node = statement.type === "expression_statement" ? statement.children[0] : void 0;
	const name = node?.type === "assignment" ? pick(node, "left") : void 0;
	if (node === void 0 || name?.type !== "identifier") return void 0;
	const typeNode = pick(node, "type");
	const type = l.typeRef(typeNode);
	const right = pick(node, "right");
	const value = right && l.inInit(statement, () => l.expr(right));
	const optional = typeNode !== void 0 && (value !== void 0 || /\bOptional\[|\bNone\b/.test(l.text(typeNode)));
	return {
		name: l.text(name),
		...type && { type },
		annotations: [],
		...value && { value },
		...optional && { optional },
		spot: l.spot(node)
	};
};
/** Operands and operators stand side by side: `a == 'x'`, `a in ('x', 'y')`, `a < b < c`. */
const compared = (l, node) => {
	const operands = node.children.filter((child) => child.field !== "operators").map((child) => l.expr(child));
	const operators = picks(node, "operators").map((child) => l.text(child));
	const [left, right] = operands;
	const isOne = operators.length === 1 && left !== void 0 && right !== void 0;
	if (isOne && /^(?:==|!=|is|is +not)$/.test(operators[0])) equals(l, node, left, right);
	else if (isOne && /^(?:not +)?in$/.test(operators[0]) && right.is === "list" && right.items.every((item) => item.is === "text")) for (const item of right.items) l.case(item, left, node);
	else for (const operand of operands) l.read(operand);
	return unknownExpr(`operator ${operators[0] ?? ""}`, node.line);
};
const subscript = (l, node) => {
	const of = l.expr(pick(node, "value"));
	const keys = picks(node, "subscript");
	if (keys.some((key) => key.type === "slice")) return of;
	return {
		is: "index",
		of,
		key: keys.length === 1 ? l.expr(keys[0]) : {
			is: "list",
			items: keys.map((k) => l.expr(k)),
			line: node.line
		},
		line: node.line
	};
};
/** The clauses bind names, the body is the one element that is known. */
const comprehension = (l, node) => {
	const body = pick(node, "body");
	for (const child of node.children) if (child !== body) l.statement(child);
	const value = l.expr(body);
	return value.is === "map" && node.type === "dictionary_comprehension" ? value : {
		is: "list",
		items: [value],
		line: node.line
	};
};
const asPattern = (l, node) => {
	const value = l.expr(node.children[0]);
	const alias = pick(node, "alias")?.children[0];
	if (alias !== void 0) bindPattern(l, node, l.expr(alias), value);
	return value;
};
const match = (l, node) => {
	const of = l.expr(pick(node, "subject"));
	const clauses = pick(node, "body")?.children.filter((child) => child.type === "case_clause") ?? [];
	const isDefault = (clause) => childOf(clause, "case_pattern")?.children.length === 0;
	const saved = l.subject;
	l.subject = {
		of,
		hasDefault: clauses.some(isDefault),
		used: false,
		values: []
	};
	for (const clause of clauses) {
		for (const pattern of clause.children.filter((child) => child.type === "case_pattern")) patternCases(l, pattern);
		l.statements(clause.children.filter((child) => child.type !== "case_pattern"));
	}
	if (!l.subject.used) l.read(of);
	l.subject = saved;
};
const patternCases = (l, pattern) => {
	const inner = pattern.children[0];
	const isCapture = inner?.type === "dotted_name" && inner.children.length === 1;
	if (inner === void 0 || isCapture) return;
	if (inner.type === "class_pattern") caseOf(l, l.expr(inner.children[0]), inner);
	else for (const item of inner.type === "union_pattern" ? inner.children : [inner]) caseOf(l, l.expr(item), item);
};
const dotted = (l, node) => l.typeExpr(l.text(node).replace(/\s/g, ""), node.line);
const alias = (l, node) => {
	const [name, aliased] = node.children.map((child) => l.typeRef(child));
	if (name !== void 0) l.declareType(node, {
		name: name.name,
		kind: "alias",
		supers: aliased === void 0 ? [] : [aliased],
		annotations: []
	}, () => {});
};
const parameters$1 = (l, list) => list.children.flatMap((node) => {
	const inner = pick(node, "name") ?? (node.type === "identifier" ? node : node.children[0]);
	if (inner === void 0 || /separator$/.test(node.type)) return [];
	const splat = [node, inner].find((n) => /splat_pattern$/.test(n.type));
	const name = inner.type === "identifier" ? inner : inner.children[0];
	const value = pick(node, "value");
	const type = splat?.type === "dictionary_splat_pattern" ? { name: "dict" } : l.typeRef(pick(node, "type"));
	return [{
		name: name === void 0 ? "" : l.text(name),
		...type && { type },
		...value && { default: l.expr(value) },
		annotations: [],
		...splat && { rest: true }
	}];
});
/** `if __name__ == '__main__'`. */
const main$1 = (facts) => facts.cases.find((c) => c.fn === 0 && c.of?.is === "ref" && c.of.name === "__name__")?.spot;
/** Python: modules are files, calling a class makes an instance, class-body assignments are fields. */
const python = {
	language: "python",
	version: 1,
	endings: [".py"],
	grammar: () => "python",
	traits: {
		moduleIs: "file",
		implicitThis: false,
		self: "self",
		selfIsFirstParameter: true,
		overloads: false,
		extensionMethods: false,
		embedding: false,
		callMakesInstance: true,
		tuples: true,
		accessors: []
	},
	rules: {
		import_statement: imported$1,
		import_from_statement: importedFrom,
		future_import_statement: ["skip"],
		decorated_definition: decorated,
		function_definition: defined,
		class_definition: classed$1,
		type_alias_statement: alias,
		lambda: ["lambda", {
			params: "parameters",
			body: "body"
		}],
		block: ["block"],
		assignment: ["assign", {
			left: "left",
			right: "right",
			type: "type"
		}],
		augmented_assignment: ["assign", {
			left: "left",
			operator: "operator",
			right: "right"
		}],
		named_expression: ["assign", {
			left: "name",
			right: "value"
		}],
		for_statement: ["foreach", {
			left: "left",
			right: "right",
			body: "body"
		}],
		for_in_clause: ["foreach", {
			left: "left",
			right: "right"
		}],
		return_statement: ["return"],
		yield: ["return"],
		match_statement: match,
		as_pattern: asPattern,
		global_statement: ["skip"],
		nonlocal_statement: ["skip"],
		delete_statement: ["skip"],
		list_comprehension: comprehension,
		set_comprehension: comprehension,
		dictionary_comprehension: comprehension,
		generator_expression: comprehension,
		identifier: ["ref"],
		dotted_name: dotted,
		integer: ["text"],
		float: ["text"],
		true: ["text"],
		false: ["text"],
		none: ["null"],
		ellipsis: ["null"],
		string: ["string"],
		interpolation: ["template", { of: "expression" }],
		concatenated_string: ["concat"],
		attribute: ["member", {
			of: "object",
			name: "attribute"
		}],
		subscript,
		call: ["call", {
			callee: "function",
			args: "arguments"
		}],
		keyword_argument: ["argument", {
			name: "name",
			value: "value"
		}],
		list_splat: ["spread"],
		dictionary_splat: ["spread"],
		list_splat_pattern: ["spread"],
		parenthesized_expression: ["through"],
		await: ["through"],
		binary_operator: ["binary", {
			left: "left",
			operator: "operator",
			right: "right"
		}],
		boolean_operator: ["binary", {
			left: "left",
			operator: "operator",
			right: "right"
		}],
		comparison_operator: compared,
		not_operator: ["unary", { of: "argument" }],
		unary_operator: ["unary", {
			operator: "operator",
			of: "argument"
		}],
		conditional_expression: ["conditional", {
			test: 1,
			yes: 0,
			no: 2
		}],
		list: ["list"],
		tuple: ["list"],
		set: ["list"],
		expression_list: ["tuple"],
		pattern_list: ["list"],
		tuple_pattern: ["list"],
		list_pattern: ["list"],
		dictionary: ["map"],
		pair: ["pair", {
			key: "key",
			value: "value"
		}]
	},
	types: {
		type: ["through"],
		identifier: ["name"],
		attribute: ["name"],
		dotted_name: ["name"],
		member_type: ["name"],
		string: ["quoted"],
		generic_type: [
			"generic",
			0,
			1
		],
		subscript: [
			"generic",
			"value",
			"subscript"
		],
		union_type: ["union"],
		binary_operator: ["union"]
	},
	operators: { "%": "format" },
	blocks: ["block"],
	parameters: parameters$1,
	modifiers: (l) => {
		const annotations = l.pending;
		l.pending = [];
		return {
			annotations,
			...annotations.some((a) => a.name === "staticmethod") && { static: true }
		};
	},
	main: main$1
};
// src/read/code/languages/jsx.ts
/** An element is a call of its tag: attributes are named arguments, children that are values are its arguments. */
const jsxElement = (l, node) => {
	const tag = pick(node, "open_tag") ?? node;
	const name = pick(tag, "name");
	const attributes = picks(tag, "attribute");
	const named = attributes.filter((child) => child.type === "jsx_attribute").map((child) => attribute(l, child));
	const spreads = attributes.filter((child) => child.type !== "jsx_attribute").map((child) => l.expr(child));
	const args = node.children.filter((child) => child.field === "" && /^jsx_(?:element|self_closing_element|expression)$/.test(child.type)).filter((child) => child.children.length > 0).map((child) => l.expr(child));
	const callee = name === void 0 ? {
		is: "ref",
		name: "Fragment",
		line: node.line
	} : l.expr(name);
	return l.call(node, {
		callee,
		args: [...spreads, ...args],
		named
	});
};
const attribute = (l, node) => {
	const [name, value] = node.children;
	return {
		name: name === void 0 ? "" : l.text(name),
		value: value === void 0 ? textExpr("true", node.line) : l.expr(value)
	};
};
// src/read/code/languages/typescript.ts
const FUNCTION = {
	params: "parameters",
	returns: "return_type",
	body: "body"
};
const sourceOf = (l, node) => {
	const source = pick(node, "source");
	const path = source === void 0 ? void 0 : l.expr(source);
	return path?.is === "text" ? path.text : void 0;
};
const imported = (l, node) => {
	const required = childOf(node, "import_require_clause");
	const path = sourceOf(l, required ?? node);
	if (path === void 0) return void 0;
	const clauses = (required ?? childOf(node, "import_clause"))?.children ?? [];
	if (clauses.length === 0) l.import(node, {
		local: "",
		path
	});
	for (const clause of clauses) if (clause.type === "identifier") l.import(node, {
		local: l.text(clause),
		path,
		...!required && { name: "default" }
	});
	else if (clause.type === "namespace_import") l.import(node, {
		local: l.text(clause.children[0]),
		path
	});
	else if (clause.type === "named_imports") for (const item of clause.children) importedName(l, node, item, path, "");
};
/** One `name as alias`; the local name gets `prefix`, so that a re-export takes no name in this file. */
const importedName = (l, node, item, path, prefix) => {
	const name = pick(item, "name");
	if (name === void 0) return;
	const local = prefix === "" ? pick(item, "alias") ?? name : name;
	l.import(node, {
		local: prefix + l.text(local),
		path,
		name: l.text(name)
	});
};
const exported = (l, node) => {
	const path = sourceOf(l, node);
	const declaration = pick(node, "declaration");
	const value = pick(node, "value");
	const isDefault = /^export\s+default\b/.test(l.text(node).slice(0, 40)) || declaration !== void 0 && isDefaultBefore(l, node, declaration);
	l.pending.push(...picks(node, "decorator").map((child) => decorator(l, child)));
	if (declaration !== void 0) {
		l.statement(declaration);
		const name = pick(declaration, "name");
		if (isDefault && name !== void 0) exports(l, node, "default", {
			is: "ref",
			name: l.text(name),
			line: node.line
		});
	} else if (value !== void 0) exports(l, node, "default", l.expr(value));
	else if (childOf(node, "export_clause") !== void 0) for (const item of childOf(node, "export_clause").children) exportedName(l, node, item, path);
	else if (path !== void 0) {
		const namespace = childOf(node, "namespace_export")?.children[0];
		if (namespace === void 0) l.import(node, {
			local: "*",
			path
		});
		else {
			l.import(node, {
				local: `export:${l.text(namespace)}`,
				path
			});
			exports(l, node, l.text(namespace), {
				is: "ref",
				name: `export:${l.text(namespace)}`,
				line: node.line
			});
		}
	} else for (const child of node.children) l.statement(child);
	l.pending = [];
};
const isDefaultBefore = (l, node, declaration) => /\bexport\s+default\s*$/.test(l.source.slice(Math.max(node.start, declaration.start - 40), declaration.start));
const exportedName = (l, node, item, path) => {
	const name = pick(item, "name");
	if (name === void 0) return;
	const as = l.text(pick(item, "alias") ?? name);
	if (path !== void 0) importedName(l, node, item, path, "export:");
	else if (as === l.text(name)) return;
	exports(l, node, as, {
		is: "ref",
		name: path === void 0 ? l.text(name) : `export:${l.text(name)}`,
		line: item.line
	});
};
const exports = (l, node, name, value) => l.bind({
	is: "member",
	of: {
		is: "ref",
		name: "exports",
		line: node.line
	},
	name,
	line: node.line
}, value, node);
const declarator = (l, node) => {
	const name = pick(node, "name");
	const value = pick(node, "value");
	const type = l.typeRef(pick(node, "type"));
	if (name === void 0 || value !== void 0 && required(l, node, name, value)) return void 0;
	if (value !== void 0) bindPattern(l, node, l.expr(name), l.expr(value), type);
	else if (type !== void 0) l.bind(l.expr(name), unknownExpr("no value", node.line), node, type);
};
/** `const x = require('y')`, `require('y').z` and `{ a, b: c }` of it are imports as any. */
const required = (l, node, name, value) => {
	const member = value.type === "member_expression" ? pick(value, "property") : void 0;
	const path = requiredPath(l, member === void 0 ? value : pick(value, "object"));
	if (path === void 0) return false;
	if (name.type === "identifier") {
		l.import(node, {
			local: l.text(name),
			path,
			...member && { name: l.text(member) }
		});
		return true;
	}
	const isPlain = (part) => part.type === "shorthand_property_identifier_pattern" || part.type === "pair_pattern" && pick(part, "value")?.type === "identifier";
	if (member !== void 0 || name.type !== "object_pattern" || !name.children.every(isPlain)) return false;
	for (const part of name.children) {
		const local = l.text(pick(part, "value") ?? part);
		l.import(node, {
			local,
			path,
			name: l.text(pick(part, "key") ?? part)
		});
	}
	return true;
};
const requiredPath = (l, node) => {
	const callee = node?.type === "call_expression" ? pick(node, "function") : void 0;
	if (node === void 0 || callee === void 0 || l.text(callee) !== "require") return void 0;
	const args = pick(node, "arguments")?.children ?? [];
	const path = args.length === 1 && args[0].type === "string" ? l.expr(args[0]) : void 0;
	return path?.is === "text" ? path.text : void 0;
};
/** A `require` or `import()` inside an expression is a call, and says besides that the file needs the module. */
const call = (l, node) => {
	const callee = pick(node, "function");
	const made = l.kinds.call(l, node, {
		callee: "function",
		args: "arguments",
		typeArgs: "type_arguments"
	});
	if (callee === void 0 || made?.is !== "call") return made;
	const path = /^(?:require|import)$/.test(l.text(callee)) ? l.facts.calls[made.call]?.args[0] : void 0;
	if (path?.is === "text") l.import(node, {
		local: "",
		path: path.text
	});
	return made;
};
const create = (l, node) => {
	const typeArgs = (pick(node, "type_arguments")?.children ?? []).map((child) => l.typeRef(child)).filter((type) => type !== void 0);
	const callee = l.expr(pick(node, "constructor"));
	return l.call(node, {
		callee,
		...argumentsOf(l, pick(node, "arguments")),
		...typeArgs.length > 0 && { typeArgs },
		isNew: true
	});
};
const decorator = (l, node) => {
	const value = node.children[0];
	const callee = value?.type === "call_expression" ? pick(value, "function") : value;
	const { args, named } = value?.type === "call_expression" ? argumentsOf(l, pick(value, "arguments")) : {
		args: [],
		named: []
	};
	return {
		name: callee === void 0 ? "" : l.text(callee),
		args,
		named,
		spot: l.spot(node)
	};
};
const classed = (l, node) => {
	const supers = (childOf(node, "class_heritage", "extends_type_clause")?.children ?? []).flatMap((clause) => /_clause$/.test(clause.type) ? clause.children : [clause]).map((base) => l.typeRef(base)).filter((ref) => ref !== void 0);
	const name = pick(node, "name");
	const typeName = name === void 0 ? `Class$${node.line}` : l.text(name);
	const annotations = [...l.pending, ...picks(node, "decorator").map((child) => decorator(l, child))];
	l.pending = [];
	const kind = /^interface/.test(node.type) ? "interface" : "class";
	l.declareType(node, {
		name: typeName,
		kind,
		supers,
		annotations
	}, (type) => members(l, type, pick(node, "body")));
	return {
		is: "ref",
		name: typeName,
		line: node.line
	};
};
const members = (l, type, body) => {
	let before = [];
	for (const member of body?.children ?? []) {
		if (member.type === "decorator") {
			before.push(l.inInit(member, () => decorator(l, member)));
			continue;
		}
		if (/^(?:method_definition|method_signature|abstract_method_signature)$/.test(member.type)) method(l, member, type, before);
		else if (/^(?:public_field_definition|field_definition|property_signature)$/.test(member.type)) field(l, member, type, before);
		else if (member.type === "class_static_block") l.inInit(member, () => l.statement(member));
		before = [];
	}
};
const method = (l, node, type, annotations) => {
	const name = pick(node, "name");
	if (name === void 0) return;
	const words = l.source.slice(node.start, name.start);
	const written = l.text(name);
	const isConstructor = written === "constructor";
	l.pending = annotations;
	const index = declareFunction(l, node, FUNCTION, /\bset\s+$/.test(words) ? `set_${written}` : written, {
		owner: type,
		...isConstructor && { isConstructor }
	});
	if (/\bstatic\s/.test(words)) l.facts.functions[index].static = true;
	if (!isConstructor) return;
	for (const { name: declared, type: of, field: isField, annotations: on } of l.facts.functions[index].parameters) if (isField) l.facts.types[type].fields.push({
		name: declared,
		...of && { type: of },
		annotations: on,
		spot: l.spot(node)
	});
};
const field = (l, node, owner, before) => {
	const name = pick(node, "name") ?? pick(node, "property");
	if (name === void 0) return;
	const fact = l.inInit(node, () => {
		const type = l.typeRef(pick(node, "type"));
		const value = pick(node, "value");
		const annotations = [...before, ...picks(node, "decorator").map((child) => decorator(l, child))];
		const optional = l.source[name.end] === "?" || isNullable(l, pick(node, "type"));
		return {
			name: nameOf(l, name),
			...type && { type },
			annotations,
			...value && { value: l.expr(value) },
			...optional && { optional },
			spot: l.spot(node)
		};
	});
	l.facts.types[owner].fields.push(fact);
};
const isNullable = (l, type) => type !== void 0 && /\|\s*(?:undefined|null)\b/.test(l.text(type));
const nameOf = (l, name) => {
	const value = name.type === "computed_property_name" ? l.expr(name) : void 0;
	if (value?.is === "text") return value.text;
	return l.text(name).replace(/^['"](.*)['"]$/, "$1");
};
const aliased = (l, node) => {
	const value = pick(node, "value");
	const name = pick(node, "name");
	if (value === void 0 || name === void 0) return void 0;
	const objects = objectTypes(value);
	const ref = value.type === "object_type" ? void 0 : l.typeRef(value);
	const kind = objects.length > 0 ? "interface" : "alias";
	l.declareType(node, {
		name: l.text(name),
		kind,
		supers: ref === void 0 ? [] : [ref],
		annotations: []
	}, (type) => {
		for (const object of objects) members(l, type, object);
	});
};
/** The object types of `{…}`, `{…} | null`, `A & {…}`. */
const objectTypes = (node) => node.type === "object_type" ? [node] : /^(?:union|intersection|parenthesized)_type$/.test(node.type) ? node.children.flatMap(objectTypes) : [];
const enumeration = (l, node) => {
	l.declareType(node, {
		name: l.text(pick(node, "name") ?? node),
		kind: "enum",
		supers: [],
		annotations: []
	}, (type) => {
		for (const item of pick(node, "body")?.children ?? []) {
			const name = pick(item, "name") ?? item;
			const value = pick(item, "value");
			const made = value && l.inInit(item, () => l.expr(value));
			l.facts.types[type].fields.push({
				name: nameOf(l, name),
				annotations: [],
				...made && { value: made },
				spot: l.spot(item)
			});
		}
	});
};
/** A method of an object literal is an entry whose value is a lambda. */
const objectMethod = (l, node) => {
	return {
		is: "map",
		entries: [{
			key: l.expr(pick(node, "name")),
			value: {
				is: "lambda",
				fn: declareFunction(l, node, FUNCTION, "<lambda>"),
				line: node.line
			}
		}],
		line: node.line
	};
};
const shorthand = (l, node) => {
	const name = l.text(node);
	return {
		is: "map",
		entries: [{
			key: textExpr(name, node.line),
			value: {
				is: "ref",
				name,
				line: node.line
			}
		}],
		line: node.line
	};
};
/** A target with a default is an `or` of both: bindPattern takes it apart. */
const withDefault = (l, node) => ({
	is: "or",
	options: [l.expr(pick(node, "left")), l.expr(pick(node, "right"))],
	line: node.line
});
const shorthandWithDefault = (l, node) => {
	const name = l.text(pick(node, "left") ?? node);
	const value = {
		is: "or",
		options: [{
			is: "ref",
			name,
			line: node.line
		}, l.expr(pick(node, "right"))],
		line: node.line
	};
	return {
		is: "map",
		entries: [{
			key: textExpr(name, node.line),
			value
		}],
		line: node.line
	};
};
/** `[, b]`: a hole takes a place. */
const arrayPattern = (l, node) => {
	const items = [];
	let at = node.start;
	for (const child of node.children) {
		const commas = l.source.slice(at, child.start).split(",").length - 1;
		for (let i = items.length === 0 ? 0 : 1; i < commas; i++) items.push({
			is: "ref",
			name: "_",
			line: node.line
		});
		items.push(l.expr(child));
		at = child.end;
	}
	return {
		is: "list",
		items,
		line: node.line
	};
};
const forIn = (l, node) => {
	const operator = pick(node, "operator");
	if (operator !== void 0 && l.text(operator) === "of") return l.kinds.foreach(l, node, {
		left: "left",
		right: "right",
		body: "body"
	});
	l.read(l.expr(pick(node, "right")));
	const left = pick(node, "left");
	if (left !== void 0) l.bind(l.expr(left), unknownExpr("key", node.line), node);
	const body = pick(node, "body");
	if (body !== void 0) l.statement(body);
};
const sequence = (l, node) => {
	l.statements(node.children.slice(0, -1));
	return l.expr(node.children.at(-1));
};
const metaProperty = (l, node) => l.typeExpr(l.text(node), node.line);
const parameters = (l, list) => (list.type === "identifier" ? [list] : list.children).flatMap((node, position) => {
	const outer = pick(node, "pattern") ?? node;
	const target = outer.type === "assignment_pattern" ? pick(outer, "left") ?? outer : outer;
	const value = pick(node, "value") ?? (outer === target ? void 0 : pick(outer, "right"));
	const rest = target.type === "rest_pattern";
	const inner = rest ? target.children[0] ?? target : target;
	const isSimple = inner.type === "identifier" || inner.type === "this";
	if (l.text(inner) === "this") return [];
	const name = isSimple ? l.text(inner) : `$${position}`;
	const type = l.typeRef(pick(node, "type"));
	const decorators = picks(node, "decorator");
	const words = l.source.slice(decorators.at(-1)?.end ?? node.start, inner.start);
	const fact = {
		name,
		...type && { type },
		...value && { default: l.expr(value) },
		annotations: decorators.map((child) => decorator(l, child)),
		...rest && { rest },
		.../\b(?:public|private|protected|readonly)\s/.test(words) && { field: true }
	};
	if (!isSimple) bindPattern(l, inner, l.expr(inner), {
		is: "ref",
		name,
		line: inner.line
	});
	return [fact];
});
/** `if (require.main === module)`. */
const main = (facts) => {
	const read = facts.reads.find(({ value: v }) => v.is === "member" && v.name === "main" && v.of.is === "ref" && v.of.name === "require");
	return read === void 0 ? void 0 : { line: read.value.line };
};
const typescript = {
	language: "typescript",
	version: 1,
	endings: [
		".ts",
		".mts",
		".cts",
		".tsx"
	],
	grammar: (path) => path.endsWith("x") ? "tsx" : "typescript",
	traits: {
		moduleIs: "file",
		implicitThis: false,
		self: "this",
		selfIsFirstParameter: false,
		overloads: false,
		extensionMethods: false,
		embedding: false,
		callMakesInstance: false,
		tuples: false,
		accessors: ["get", "set"]
	},
	rules: {
		import_statement: imported,
		export_statement: exported,
		variable_declarator: declarator,
		class_declaration: classed,
		abstract_class_declaration: classed,
		class: classed,
		interface_declaration: classed,
		type_alias_declaration: aliased,
		enum_declaration: enumeration,
		function_declaration: ["function", {
			name: "name",
			...FUNCTION
		}],
		generator_function_declaration: ["function", {
			name: "name",
			...FUNCTION
		}],
		function_signature: ["function", {
			name: "name",
			...FUNCTION
		}],
		function_expression: ["lambda", FUNCTION],
		generator_function: ["lambda", FUNCTION],
		arrow_function: (l, node) => l.kinds.lambda(l, node, pick(node, "parameter") === void 0 ? FUNCTION : {
			...FUNCTION,
			params: "parameter"
		}),
		method_definition: objectMethod,
		statement_block: ["block"],
		assignment_expression: ["assign", {
			left: "left",
			right: "right"
		}],
		augmented_assignment_expression: ["assign", {
			left: "left",
			operator: "operator",
			right: "right"
		}],
		for_in_statement: forIn,
		return_statement: ["return"],
		yield_expression: ["return"],
		switch_statement: ["switch", { of: "value" }],
		switch_case: ["case", { value: "value" }],
		update_expression: ["skip"],
		statement_identifier: ["skip"],
		identifier: ["ref"],
		this: ["ref"],
		super: ["ref"],
		import: ["ref"],
		type_identifier: ["ref"],
		shorthand_property_identifier: shorthand,
		shorthand_property_identifier_pattern: shorthand,
		property_identifier: ["text"],
		private_property_identifier: ["text"],
		number: ["text"],
		true: ["text"],
		false: ["text"],
		null: ["null"],
		undefined: ["null"],
		regex: ["through", { of: "pattern" }],
		regex_pattern: ["text"],
		string: ["string"],
		template_string: ["string"],
		template_substitution: ["template"],
		member_expression: ["member", {
			of: "object",
			name: "property"
		}],
		meta_property: metaProperty,
		subscript_expression: ["index", {
			of: "object",
			key: "index"
		}],
		call_expression: call,
		new_expression: create,
		spread_element: ["spread"],
		rest_pattern: ["spread"],
		parenthesized_expression: ["through"],
		await_expression: ["through"],
		as_expression: ["through"],
		satisfies_expression: ["through"],
		non_null_expression: ["through"],
		instantiation_expression: ["through"],
		type_assertion: ["through", { of: 1 }],
		computed_property_name: ["through"],
		unary_expression: ["unary", {
			operator: "operator",
			of: "argument"
		}],
		binary_expression: ["binary", {
			left: "left",
			operator: "operator",
			right: "right"
		}],
		ternary_expression: ["conditional", {
			test: "condition",
			yes: "consequence",
			no: "alternative"
		}],
		sequence_expression: sequence,
		array: ["list"],
		array_pattern: arrayPattern,
		object: ["map"],
		object_pattern: ["map"],
		pair: ["pair", {
			key: "key",
			value: "value"
		}],
		pair_pattern: ["pair", {
			key: "key",
			value: "value"
		}],
		assignment_pattern: withDefault,
		object_assignment_pattern: shorthandWithDefault,
		jsx_element: jsxElement,
		jsx_self_closing_element: jsxElement,
		jsx_expression: ["through"],
		jsx_text: ["skip"]
	},
	types: {
		type_annotation: ["through"],
		predefined_type: ["name"],
		type_identifier: ["name"],
		identifier: ["name"],
		nested_type_identifier: ["name"],
		member_expression: ["name"],
		literal_type: ["quoted"],
		generic_type: [
			"generic",
			"name",
			"type_arguments"
		],
		array_type: ["wrap", "[]"],
		readonly_type: ["through"],
		parenthesized_type: ["through"],
		optional_type: ["through"],
		type_query: ["through"],
		tuple_type: ["wrap", "()"],
		function_type: [
			"wrap",
			"func",
			"parameters",
			"return_type"
		],
		formal_parameters: ["wrap", "()"],
		required_parameter: ["through", "type"],
		optional_parameter: ["through", "type"],
		union_type: ["union"],
		intersection_type: ["wrap", "&"]
	},
	operators: { instanceof: "instance" },
	blocks: ["statement_block"],
	parameters,
	modifiers: (l) => {
		const annotations = l.pending;
		l.pending = [];
		return { annotations };
	},
	main
};
/** JavaScript is TypeScript with another grammar. */
const javascript = {
	...typescript,
	language: "javascript",
	endings: [
		".js",
		".mjs",
		".cjs",
		".jsx"
	],
	grammar: () => "javascript"
};
/** The parser reports back now and then; a file that takes more than this per 1,000 units is given up. */
const PATIENCE = 400;
const OPERATOR = /^(?:[-+*/%&|^!=<>?~@]{1,4}|not|in|is|and|or|is not|not in|typeof|instanceof|void|delete|of)$/;
const ERROR = 65535;
let started;
const grammars = /* @__PURE__ */ new Map();
/** Parses a text with one of the bundled grammars, which are loaded on first use. Undefined when the text is too large or takes too long. */
const parse = async (language, text) => {
	if (text.length > 4e6) return void 0;
	const loading = grammars.get(language) ?? load(language);
	grammars.set(language, loading);
	const grammar = await loading;
	let patience = PATIENCE * (10 + text.length / 1e3);
	const tree = grammar.parser.parse(text, null, { progressCallback: () => --patience < 0 });
	if (tree === null) {
		grammar.parser.reset();
		return;
	}
	const cursor = tree.walk();
	try {
		return {
			...copied(cursor, grammar, text),
			errors: tree.rootNode.hasError ? errorsOf(cursor) : []
		};
	} finally {
		cursor.delete();
		tree.delete();
	}
};
const load = async (name) => {
	started ??= Parser.init();
	await started;
	const language = await Language.load(brotliDecompressSync(readFileSync(grammarFile(name))));
	const parser = new Parser();
	parser.setLanguage(language);
	const names = Array.from({ length: language.nodeTypeCount }, (_, id) => language.nodeTypeForId(id) ?? "");
	return {
		parser,
		roles: names.map((type, id) => {
			if (!language.nodeTypeIsNamed(id)) return OPERATOR.test(type) ? "operator" : "skip";
			if (/comment$/.test(type)) return "skip";
			return /identifier$/.test(type) && type !== "qualified_identifier" && type !== "scoped_identifier" ? "leaf" : "node";
		}),
		names,
		fields: Array.from({ length: language.fieldCount + 1 }, (_, id) => language.fieldNameForId(id) ?? "")
	};
};
/** The grammar's file in the package: `data/` lies at its root, above both `src/` and `dist/`. */
const grammarFile = (name) => {
	let folder = new URL(".", import.meta.url);
	for (let i = 0; i < 8; i++, folder = new URL("..", folder)) {
		const file = fileURLToPath(new URL(`data/grammars/${name}.wasm.br`, folder));
		if (existsSync(file)) return file;
	}
	throw new Error(`grammar ${name} is not in this package`);
};
/** One pass over the parser's tree: every question to it crosses into wasm, so each node is asked only what its kind needs. */
const copied = (cursor, grammar, text) => {
	const { roles, names, fields } = grammar;
	const lines = lineStarts(text);
	const node = (type, field) => {
		const start = cursor.startIndex;
		while (line < lines.length && lines[line] <= start) line++;
		return {
			type,
			field,
			start,
			end: cursor.endIndex,
			line,
			children: []
		};
	};
	let line = 1;
	const root = node(cursor.nodeType, "");
	const parents = [root];
	let more = cursor.gotoFirstChild();
	while (more) {
		const id = cursor.nodeTypeId;
		const role = id === ERROR ? "node" : roles[id];
		const field = role === "skip" ? 0 : cursor.currentFieldId;
		if (role !== "skip" && (role !== "operator" || field !== 0)) {
			const made = node(id === ERROR ? "ERROR" : names[id], fields[field]);
			parents.at(-1).children.push(made);
			if (role === "node" && made.end > made.start && cursor.gotoFirstChild()) {
				parents.push(made);
				continue;
			}
		}
		while (!cursor.gotoNextSibling()) {
			parents.pop();
			if (parents.length === 0 || !cursor.gotoParent()) {
				more = false;
				break;
			}
		}
	}
	return {
		root,
		lines
	};
};
const lineStarts = (text) => {
	const starts = [0];
	for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
	return starts;
};
const errorsOf = (cursor) => {
	const found = [];
	const root = cursor.currentNode;
	cursor.reset(root);
	for (;;) {
		const node = cursor.currentNode;
		if (node.isMissing) found.push({
			line: node.startPosition.row + 1,
			missing: node.type
		});
		else if (node.isError) found.push({ line: node.startPosition.row + 1 });
		if (found.length >= 20) return found;
		if (node.hasError && !node.isError && cursor.gotoFirstChild()) continue;
		while (!cursor.gotoNextSibling()) if (!cursor.gotoParent()) return found;
	}
};
// src/read/code/generated.ts
const HEADER_LINES = 40;
const COMMENT = /^\s*(?:\/\/|#|\*|\/\*|"""|--|$)/;
const MARKS = [
	/\bcode generated by (\S+?)[.,;]? +do not edit/i,
	/\bgenerated by the (protocol buffer) compiler/i,
	/\bgenerated by the (gRPC)\b.{0,40}\bcompiler/i,
	/\bautogenerated by (thrift) compiler/i,
	/\bgenerated by (openapi[- ]generator|swagger codegen|protoc\S*|grpc\S*|ts-proto|graphql-codegen|sqlc|mockery|MockGen)/i,
	/<auto-?generated\b/i,
	/^\W*@generated\b/,
	/\bgenerated (?:code|file)\b.{0,40}\bdo not (?:edit|modify)/i,
	/\bthis (?:file|class|code) (?:was|is) (?:auto(?:matically)?[- ]?)?generated\b/i
];
/** What the comment lines at a file's head say of its making: undefined for code written by hand. */
const generatedHeader = (source) => {
	const head = [];
	for (let at = 0; head.length < HEADER_LINES && at < source.length;) {
		const end = source.indexOf("\n", at);
		const line = source.slice(at, end === -1 ? source.length : end).slice(0, 300);
		if (!COMMENT.test(line)) break;
		head.push(line);
		at = end === -1 ? source.length : end + 1;
	}
	for (const mark of MARKS) {
		const found = head.map((line) => mark.exec(line)).find((match) => match !== null);
		if (found === void 0) continue;
		const by = found[1];
		const from = head.map((line) => /^\W*\bsource: +(\S+)/.exec(line)?.[1]).find((path) => path !== void 0);
		return {
			...by === void 0 ? {} : { by },
			...from === void 0 ? {} : { from }
		};
	}
};
/** The state of one file's lowering, and the words in which kinds and specs speak: every fact is made here. */
var Lowering = class {
	spec;
	kinds;
	source;
	lines;
	problems = [];
	facts;
	/** Index of the function whose body is walked. */
	fn = 0;
	/** Index of the type whose members are walked. */
	type;
	/** The switch whose cases are walked. */
	subject;
	/** Bodies are left out. */
	signaturesOnly = false;
	/** Annotations that stand before the next declaration. */
	pending = [];
	depth = 0;
	/** In which function a type was declared. */
	typeFn = /* @__PURE__ */ new Map();
	constructor(spec, kinds, source, lines) {
		this.spec = spec;
		this.kinds = kinds;
		this.source = source;
		this.lines = lines;
		this.facts = {
			unit: {
				language: spec.language,
				traits: spec.traits,
				imports: []
			},
			types: [],
			functions: [{
				name: "<module>",
				parameters: [],
				annotations: [],
				spot: { line: 1 }
			}],
			binds: [],
			calls: [],
			returns: [],
			cases: [],
			reads: []
		};
	}
	text(node) {
		return this.source.slice(node.start, node.end);
	}
	spot(node) {
		return { line: node.line };
	}
	span(node) {
		const endLine = this.lineAt(node.end - 1);
		return endLine > node.line ? {
			line: node.line,
			endLine
		} : { line: node.line };
	}
	lineAt(offset) {
		let low = 0;
		let high = this.lines.length;
		while (high - low > 1) {
			const middle = low + high >> 1;
			if (this.lines[middle] <= offset) low = middle;
			else high = middle;
		}
		return low + 1;
	}
	/** The value of a node. */
	expr(node) {
		if (node === void 0) return {
			is: "unknown",
			why: "nothing there",
			line: 1
		};
		return this.visit(node) ?? {
			is: "unknown",
			why: node.type,
			line: node.line
		};
	}
	/** Walks a node whose value nobody takes. */
	statement(node) {
		const value = this.visit(node);
		if (value !== void 0 && this.kindOf(node) !== "assign") this.read(value);
	}
	statements(nodes) {
		for (const node of nodes) this.statement(node);
	}
	/** The value of a node if it has one: statements have none. */
	value(node) {
		return this.visit(node);
	}
	/** Whether the current type was declared inside the current function (and not the function inside the type). */
	typeIsLocal() {
		return this.type !== void 0 && this.typeFn.get(this.type) === this.fn;
	}
	visit(node) {
		const rule = this.spec.rules[node.type];
		if (this.depth >= 400) return this.tooDeep(node);
		this.depth++;
		try {
			if (rule === void 0) this.statements(node.children);
			else if (typeof rule === "function") return rule(this, node);
			else return this.kinds[rule[0]](this, node, rule[1] ?? {});
			return;
		} finally {
			this.depth--;
		}
	}
	tooDeep(node) {
		if (!this.problems.some((problem) => problem.code === "code/too-deep")) this.problems.push({
			code: "code/too-deep",
			message: `nested more than 400 levels deep; what lies deeper is not known`,
			severity: "warning",
			line: node.line
		});
		return {
			is: "unknown",
			why: "too deep",
			line: node.line
		};
	}
	kindOf(node) {
		const rule = node && this.spec.rules[node.type];
		return Array.isArray(rule) ? rule[0] : void 0;
	}
	/** A value that is evaluated and dropped: kept if it reads a member. */
	read(value) {
		if (readsMember(value)) this.facts.reads.push({
			fn: this.fn,
			value
		});
	}
	bind(target, value, node, type) {
		const bind = {
			fn: this.fn,
			target,
			value,
			spot: this.spot(node)
		};
		if (type !== void 0) bind.type = type;
		this.facts.binds.push(bind);
	}
	call(node, call) {
		const { callee, args, named = [], ...more } = call;
		this.facts.calls.push({
			fn: this.fn,
			callee,
			args,
			named,
			...more,
			spot: this.spot(node)
		});
		return {
			is: "call",
			call: this.facts.calls.length - 1,
			line: node.line
		};
	}
	case(value, of, node, hasDefault = false) {
		this.facts.cases.push({
			fn: this.fn,
			...of && { of },
			value,
			...hasDefault && { hasDefault },
			spot: this.spot(node)
		});
	}
	return(value, node) {
		this.facts.returns.push({
			fn: this.fn,
			value,
			spot: this.spot(node)
		});
	}
	import(node, fact) {
		this.facts.unit.imports.push({
			...fact,
			spot: this.spot(node)
		});
	}
	/** Adds a function and walks `body` as its own; a body that is no block is its value. Gives its index. */
	function(node, fact, body, before) {
		const outer = this.fn;
		const isMember = this.facts.functions[outer].name === "<init>" || outer === 0;
		const full = {
			...fact,
			...isMember ? {} : { outer },
			spot: this.span(node)
		};
		if (full.name === "<lambda>" && this.type !== void 0 && isMember && outer !== 0) full.owner = this.type;
		const index = this.facts.functions.push(full) - 1;
		const { type, subject } = this;
		this.fn = index;
		this.subject = void 0;
		before?.(full);
		if (this.signaturesOnly) body = void 0;
		if (body !== void 0 && this.spec.blocks.includes(body.type)) this.statement(body);
		else if (body !== void 0) this.return(this.expr(body), body);
		this.fn = outer;
		this.type = type;
		this.subject = subject;
		return index;
	}
	/** Parameters, with the binds that destructuring them makes. */
	parameters(list) {
		return list === void 0 ? [] : this.spec.parameters(this, list);
	}
	/** Adds a type and walks its members. Gives its index. */
	declareType(node, fact, members) {
		const around = this.facts.functions[this.fn];
		const outer = this.fn !== 0 && around.name !== "<init>" ? around.name : this.type !== void 0 ? this.facts.types[this.type].name : void 0;
		const index = this.facts.types.push({
			...fact,
			...outer !== void 0 && { outer },
			fields: [],
			spot: this.span(node)
		}) - 1;
		const saved = this.type;
		this.type = index;
		this.typeFn.set(index, this.fn);
		members(index);
		this.type = saved;
		return index;
	}
	/** Runs `work` in the `<init>` function of the current type, which stays only if a fact came to belong to it. */
	inInit(node, work) {
		const owner = this.type;
		if (owner === void 0) return work();
		const { functions, calls, reads, binds, cases, returns } = this.facts;
		const known = functions.findIndex((f) => f.name === "<init>" && f.owner === owner);
		const index = known === -1 ? functions.push({
			name: "<init>",
			owner,
			parameters: [],
			annotations: [],
			spot: this.spot(node)
		}) - 1 : known;
		const before = calls.length + reads.length + binds.length + cases.length + returns.length;
		const saved = this.fn;
		this.fn = index;
		const result = work();
		this.fn = saved;
		const after = calls.length + reads.length + binds.length + cases.length + returns.length;
		if (known === -1 && after === before && functions.length === index + 1) functions.pop();
		return result;
	}
	/** The type a node writes. Undefined for none and for what has no name (`var`, inferred). */
	typeRef(node, depth = 0) {
		if (node === void 0 || depth > 40) return void 0;
		const rule = this.spec.types[node.type];
		if (rule === void 0) return void 0;
		const refs = (nodes) => nodes.map((n) => this.typeRef(n, depth + 1)).filter((ref) => ref !== void 0);
		switch (rule[0]) {
			case "quoted": return named(this.text(node).replace(/[\s"']/g, ""));
			case "union": {
				const args = refs(node.children);
				return args.length > 1 ? {
					name: "|",
					args
				} : args[0];
			}
			case "name": return named(this.text(node).replace(/\s+/g, ""));
			case "through": return this.typeRef(pick(node, rule[1] ?? 0), depth + 1);
			case "generic": {
				const list = pick(node, rule[2]);
				const args = list === void 0 ? [] : this.spec.types[list.type] === void 0 ? refs(list.children) : refs([list]);
				const name = this.typeRef(pick(node, rule[1]), depth + 1)?.name;
				return name === void 0 ? void 0 : args.length === 0 ? { name } : {
					name,
					args
				};
			}
			case "wrap": {
				const of = rule.slice(2);
				const args = refs(of.length === 0 ? node.children : of.map((p) => pick(node, p)));
				if (rule[1] === "()" && args.length === 1) return args[0];
				return args.length === 0 ? { name: rule[1] } : {
					name: rule[1],
					args
				};
			}
		}
	}
	/** A type's name as an expression: a ref, or a member chain where it is qualified. */
	typeExpr(name, line) {
		const [first, ...rest] = name.split(".");
		return rest.reduce((of, part) => ({
			is: "member",
			of,
			name: part,
			line
		}), {
			is: "ref",
			name: first,
			line
		});
	}
	modifiers(node) {
		return this.spec.modifiers?.(this, node) ?? { annotations: [] };
	}
	finish(generated) {
		const { facts } = this;
		for (const fn of facts.functions) {
			if (typeof fn.owner !== "string") continue;
			const index = facts.types.findIndex((type) => type.name === fn.owner && type.outer === void 0);
			if (index !== -1) fn.owner = index;
		}
		if (generated !== void 0) facts.unit.generated = generated;
		const main = facts.unit.main ?? this.spec.main?.(facts);
		if (main !== void 0) facts.unit.main = main;
		return facts;
	}
};
const NOTHING = /* @__PURE__ */ new Set([
	"",
	"null",
	"None",
	"undefined",
	"void",
	"var"
]);
const named = (name) => NOTHING.has(name) ? void 0 : { name };
/** Whether evaluating it reads a member that no call fact has already. */
const readsMember = (value) => {
	switch (value.is) {
		case "member": return true;
		case "index": return value.key.is === "text" || readsMember(value.of) || readsMember(value.key);
		case "concat": return value.parts.some(readsMember);
		case "or":
		case "either": return value.options.some(readsMember);
		case "list": return value.items.some(readsMember);
		case "map": return value.entries.some((entry) => readsMember(entry.value));
		case "addressOf":
		case "elementOf":
		case "nth":
		case "spread": return readsMember(value.of);
		default: return false;
	}
};
// src/read/code/lower.ts
/**
* Lowers one source file to program facts: one walk over its syntax tree, driven by the language's spec.
*
* How things are written in the facts, beyond what src/model/program.ts says:
*
* Expressions
* - numbers and booleans are `text` ('8080', 'true'); null, nil, None are `unknown('null')`, which is no value in an `or`;
* - `this`, `self`, `base`, `super` are refs of that name; a C# `base(…)`/`this(…)` initialiser and Java's `super(…)` are calls of ref
*   `base`, `super` or `this`;
* - `+` is always `concat`; other arithmetic and comparisons are `unknown('operator -')`, their operands go to `reads`;
* - `a && b` is b (a goes to `reads`); `x ? x : y` is `or`, other conditionals are `either` (the test goes to `reads` or `cases`);
* - Python's `text % (a, b)` is a call of `member(text, '%')` with args a, b; a template or f-string is `concat`, without the holes' formats;
* - Go's `*p`, read or assigned, is `index(p, text '*')`; `&x` is `addressOf(x)`; `<-ch` is `elementOf(ch)`, and `ch <- v` binds
*   `elementOf(ch) = v`; a slice `a[1:2]` is a itself; a type assertion, a cast, `await`, `x!` are the operand itself;
* - a conversion `T(x)` of a Go type is a call of T, as any call; `[]byte(x)` is x itself;
* - a method reference `X::m` is `member(X, 'm')`; `X.class`, `typeof(X)` are `member(X, 'class')`; `nameof(X)` is text;
* - a tagged template and a JSX element are calls: of the tag, with the attributes as `named` and the children as args;
* - `++` and `--` are not lowered; `x += v` binds x to `concat(x, v)`, `x ??= v` and `x ||= v` to `or(x, v)`.
*
* Calls
* - a composite literal or `new` has `isNew`; its type is the callee as ref or member chain, type arguments are in `typeArgs`;
*   `T{a, b}` has args, `T{A: a}` and `new T { A = a }` have `init` with keys as `text`, an index initialiser has the key as written,
*   a collection initialiser has `unknown('element')` as keys;
* - literals of slices and arrays are `list`, of maps `map`; JavaScript objects and Python dicts are `map`, a spread is an entry
*   with both key and value `spread`;
* - a Java or C# anonymous class is a type of its own and its `new` calls that type's name, `Super$line`.
*
* Functions and types
* - `functions[0]` is `<module>`, lambdas are `<lambda>`; field initialisers are in `FieldFact.value` only, the calls in them belong to
*   the function `<init>` of their type, which also has the type's initialiser blocks and is absent where nothing needs it;
* - constructors are named as the language names them (`constructor`, `__init__`, else as the type) and have `isConstructor: true`;
*   the parameters of a record or primary constructor are parameters of such a constructor, and fields (`field: true`);
* - a property with code has a function of its name for the getter and `set_<name>` for the setter, besides its field;
* - a function declared inside another has its name and `outer`; names are bound in no other way;
* - a destructured parameter is named `$<position>` and bound part by part in the function;
* - several results are returned as a `list`, bound as `nth`; Go's comma-ok of a non-call binds the first name to the expression itself;
* - a Go method's owner is the index where the file declares the type, else its written name; embedded types are `supers`.
*
* Imports: Python's `import a.b` gives two facts, local `a` of path `a` and local `a.b` of path `a.b`; `from x import *` has local `*`.
* A JavaScript default import has name `default`; `import x = require('m')`, `const x = require('m')`, `const { a } = require('m')` are import
* facts only; a bare `import 'm'`, an inner `require('m')` or `import('m')` (calls, too) have local ''. What a module exports: its
* module-level names, and binds of `exports.<name>` or `module.exports` (`export { a as b }`, `export default x` are such binds);
* `export * from 'm'` is a star import; `export { a } from 'm'` imports a as local `export:a` and binds `exports.a` to that ref.
*
* A generator's `yield x` is a return of x; `**kw` is a `rest` parameter of type dict, in calls a `spread` among the args.
*
* Types: `[]` (slice, array), `map`, `func`, `chan`, `()` (several results), `|` (union) are TypeRefs of that name with args; pointers,
* nullable marks and `| undefined` are dropped (a field is then `optional`).
*
* Binds: a declaration without a value binds `unknown('no value')` if it has a type, so that locals keep theirs. For-each binds
* `elementOf`; with a key too, the key is `unknown('key')`; Go's single range variable is `elementOf` (true for channels).
*
* Cases: labels of switch, match and type switches (there the value is the type as ref or member chain, also of `is` and
* `instanceof`), and `==`/`!=` with a text or a constant-like name. What stands in `of` is not repeated in `reads`.
*/
const lower = async (spec, path, content) => {
	const source = normalised(content);
	const tree = await parse(spec.grammar(path), source);
	if (tree === void 0) return { problems: [tooLarge(spec)] };
	const lowering = new Lowering(spec, {
		...expressions,
		...statements
	}, source, tree.lines);
	const generated = generatedHeader(source);
	lowering.signaturesOnly = generated !== void 0 && isFromContract(generated);
	lowering.statement(tree.root);
	return {
		program: lowering.finish(generated),
		problems: [...syntaxProblems(spec, tree), ...lowering.problems]
	};
};
/** Line ends and the byte order mark make no difference to the facts. */
const normalised = (content) => {
	const text = content.charCodeAt(0) === 65279 ? content.slice(1) : content;
	return text.includes("\r") ? text.replace(/\r\n/g, "\n") : text;
};
/** Stubs say nothing that their contract does not say; other generated code (dependency injection, queries) is code as any. */
const isFromContract = (generated) => /\.(proto|thrift|graphql|ya?ml|json|avsc)$/.test(generated.from ?? "") || /protoc|protobuf|grpc|thrift/i.test(generated.by ?? "");
const tooLarge = (spec) => ({
	code: `syntax/${spec.language}`,
	message: "the file is too large or too hard to parse; nothing of it is known",
	severity: "error",
	line: 1
});
const syntaxProblems = (spec, tree) => {
	const first = tree.errors[0];
	if (first === void 0) return [];
	const what = first.missing === void 0 ? "cannot be read as" : `misses "${first.missing}" for`;
	const more = tree.errors.length > 1 ? `, nor in ${tree.errors.length - 1} more places` : "";
	return [{
		code: `syntax/${spec.language}`,
		message: `this line ${what} ${spec.language}${more}; the rest of the file counts`,
		severity: "warning",
		line: first.line
	}];
};
// src/read/code/code.ts
/** Raised when the engine changes what it says of an unchanged file; a language's own version is added to it. */
const ENGINE_VERSION = 1;
const readerOf = (spec) => ({
	name: spec.language,
	version: ENGINE_VERSION * 1e3 + spec.version,
	wants: (path) => spec.endings.some((ending) => path.endsWith(ending)),
	read: ({ path, content }) => lower(spec, path, content)
});
/** The code readers, one a language. */
const codeReaders = [
	go,
	python,
	java,
	typescript,
	javascript
].map(readerOf);
export { codeReaders };
