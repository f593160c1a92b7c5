"""The grammar of Salesforce's query language, as the vendor's guide says it."""

from __future__ import annotations

RESERVED = "and|asc|desc|excludes|from|group|having|in|includes|like|limit|not|null|nulls|or|select|using|where|with"

# AND and OR do not mix without parentheses; NOT stands before one simple condition: so says the vendor's guide.
GRAMMAR = r"""
start: query
query: _SELECT columns _FROM NAME [NAME] clause*
columns: _column ("," _column)*
_column: selected | "(" query ")"
selected: operand [NAME]
?operand: path | call
path: NAME ("." NAME)*
call: NAME "(" [operand] ")"
clause: _WHERE condition                      -> where
      | _GROUP _BY operand ("," operand)*     -> group
      | _HAVING condition                     -> having
      | _ORDER _BY sorting ("," sorting)*     -> order
      | _LIMIT INTEGER                        -> limit
      | _OFFSET INTEGER                       -> offset
      | _FOR (_VIEW | _REFERENCE)             -> noted
?condition: both | either | negation | simple
both: simple (_AND simple)+
either: simple (_OR simple)+
negation: _NOT simple
?simple: "(" condition ")"
       | operand COMPARE value                     -> comparison
       | operand LIKE value                        -> comparison
       | operand member "(" value ("," value)* ")" -> membership
       | operand member "(" query ")"              -> semi_join
member: IN | NOT_IN | INCLUDES | EXCLUDES
value: STRING | DATETIME | DATE | NUMBER | TRUE | FALSE | NULL | DATE_LITERAL
sorting: operand [ASC | DESC] [nulls]
nulls: _NULLS (FIRST | LAST)

_SELECT.3: /select\b/i
_FROM.3: /from\b/i
_WHERE.3: /where\b/i
_AND.3: /and\b/i
_OR.3: /or\b/i
_NOT.3: /not\b/i
NOT_IN.4: /not\s+in\b/i
IN.3: /in\b/i
INCLUDES.3: /includes\b/i
EXCLUDES.3: /excludes\b/i
LIKE.3: /like\b/i
_GROUP.3: /group\b/i
_HAVING.3: /having\b/i
_ORDER.3: /order\b/i
_BY.3: /by\b/i
ASC.3: /asc\b/i
DESC.3: /desc\b/i
_NULLS.3: /nulls\b/i
FIRST.3: /first\b/i
LAST.3: /last\b/i
_LIMIT.3: /limit\b/i
_OFFSET.3: /offset\b/i
_FOR.3: /for\b/i
_VIEW.3: /view\b/i
_REFERENCE.3: /reference\b/i
TRUE.3: /true\b/i
FALSE.3: /false\b/i
NULL.3: /null\b/i
COMPARE: "=" | "!=" | "<>" | "<=" | ">=" | "<" | ">"
STRING: /'(?:[^'\\]|\\.)*'/s
DATETIME.2: /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})/
DATE.1: /\d{4}-\d{2}-\d{2}/
NUMBER: /[+-]?(\d+(\.\d*)?|\.\d+)/
INTEGER: /\d+/
DATE_LITERAL: /[A-Z]+(_[A-Z0-9]+)*(:\d+)?/i
NAME: /(?!(?:RESERVED)\b)[A-Za-z][A-Za-z0-9_]*/i
%ignore /\s+/
""".replace("RESERVED", RESERVED)
