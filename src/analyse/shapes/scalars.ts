import type { Facets } from '../../model/contract.ts'

const table = (rows: readonly [Facets, string][]): ReadonlyMap<string, Facets> =>
  new Map(rows.flatMap(([facets, names]) => names.split(' ').map(name => [name, facets] as const)))

/** How types of languages and their libraries are written in JSON, by their last name. */
const scalars = table([
  [{ type: ['string'] }, 'string String str char Character CharSequence text AnyStr StringBuilder Guid bytes Cow &str'],
  [{ type: ['string'], format: 'uuid' }, 'UUID Uuid uuid UUID4 UUID1'],
  [
    { type: ['string'], format: 'date-time' },
    'Instant LocalDateTime OffsetDateTime ZonedDateTime DateTimeOffset DateTime datetime Date Timestamp',
  ],
  [{ type: ['string'], format: 'date' }, 'LocalDate DateOnly date NaiveDate'],
  [{ type: ['string'] }, 'time.Time Time LocalTime TimeOnly TimeSpan Duration NaiveDateTime NaiveTime timedelta'],
  [{ type: ['string'] }, 'URL Uri URI EmailStr HttpUrl AnyUrl Locale Currency ZoneId ObjectId'],
  [
    { type: ['integer'] },
    'int Int Integer int8 int16 int32 int64 uint uint8 uint16 uint32 uint64 Long long Short short byte Byte sbyte ushort ulong uint i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize BigInteger integer conint PositiveInt NonNegativeInt',
  ],
  [{ type: ['number'] }, 'float Float float32 float64 f32 f64 double Double decimal Decimal BigDecimal number Number confloat'],
  [{ type: ['boolean'] }, 'bool Bool boolean Boolean'],
])

export const scalarOf = (name: string): Facets | undefined => {
  const found = scalars.get(name) ?? scalars.get(name.slice(name.lastIndexOf('.') + 1))
  return found && { ...found }
}

const set = (names: string): ReadonlySet<string> => new Set(names.split(' '))

/** Types that stand for the one they hold, where JSON is written. */
export const carriers = set(
  'Promise Task ValueTask Mono Uni Single CompletableFuture CompletionStage Future Awaitable Coroutine Deferred ActionResult ResponseEntity HttpEntity Annotated Readonly Required Result Box Arc Rc Json Ok Created Observable JsonResult Lazy Mapped ClassVar Final NonNullable Body Valid Created Accepted HttpResponse RestResponse',
)

/** Types whose value may be absent or null. */
export const nullables = set('Optional Option Nullable Maybe OptionalInt')

export const lists = set(
  '[] List list Array ReadonlyArray Set set Vec HashSet IEnumerable ICollection IList IReadOnlyList IReadOnlyCollection Collection Iterable Sequence Flux IAsyncEnumerable ArrayList LinkedList MutableList Multi Stream VecDeque BTreeSet frozenset FrozenSet ImmutableList SortedSet LinkedHashSet TreeSet conlist IQueryable Queue Deque',
)

export const maps = set(
  'map Map Dict dict Record HashMap BTreeMap Dictionary IDictionary IReadOnlyDictionary TreeMap LinkedHashMap MutableMap Mapping ConcurrentHashMap SortedDictionary defaultdict OrderedDict',
)
