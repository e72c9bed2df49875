import Testing

/// Pure targets decide; time and randomness come to them as arguments, so that one seed gives one run.
@Suite struct PureTargetTests {
    /// What each pure target may import, and nothing of the platform.
    static let allowed: [(target: String, modules: Set<String>)] = [
        ("ServingTypes", []),
        ("KVCache", ["ServingTypes", "Collections"]),
        ("ServingCore", ["KVCache", "ServingTypes", "Collections"]),
        ("Simulation", ["ServingCore", "KVCache", "ServingTypes", "Collections"]),
        ("Wire", ["CWireProto", "ServingTypes"]),
        ("Tokenization", ["ServingTypes"]),
        ("Workload", ["ServingTypes", "Histogram"]),
    ]

    static let rules = [
        Rule(#"\.random\s*\("#, "draws random numbers: take them as an argument"),
        Rule(#"\.(randomElement|shuffle|shuffled)\s*\(\s*\)"#, "draws random numbers: take a generator"),
        Rule(#"\bSystemRandomNumberGenerator\b"#, "is seeded by the system"),
        Rule(#"\bHasher\b|\bhashValue\b"#, "hashes with a seed that changes with each process"),
        Rule(#"\bObjectIdentifier\b|\bUnmanaged\b"#, "depends on addresses"),
        Rule(#"\b(Continuous|Suspending|Monotonic|Wall)Clock\b|\bDispatchTime\b"#, "reads a clock"),
        Rule(
            #"\bDate\s*\(|\bDate\.now\b|\b(clock_gettime|gettimeofday|time)\s*\(\s*(nil|CLOCK)"#,
            "reads a clock"
        ),
        Rule(#"\bTask\s*(\{|\.|<|\()|\bwithTaskGroup\b|\basync\s+let\b|\bawait\b"#, "runs concurrently"),
        Rule(#"\b(Thread|DispatchQueue|DispatchSemaphore)\b|\bpthread_"#, "runs on threads"),
        Rule(#"\b(Mutex|Atomic)\b\s*[<(]|\bactor\s+\w"#, "shares state between threads"),
        Rule(#"\b(FileManager|FileHandle|URLSession)\b|\b(fopen|open|mmap)\s*\(\s*""#, "reads files"),
        Rule(#"\bsocket\s*\(\s*AF_"#, "opens a socket"),
        Rule(
            #"(?<![.\w])(print|debugPrint|dump|readLine|putchar|puts)\s*\("#,
            "writes to or reads from the terminal"
        ),
        Rule(#"\b(ProcessInfo|CommandLine|getenv)\b"#, "reads the process's surroundings"),
        Rule(#"\b(Logger|MetricsSystem)\b"#, "logs or counts: return an event instead"),
    ]

    @Test(arguments: allowed.map(\.target))
    func `a pure target imports only what the design allows it`(target: String) throws {
        let modules = try #require(Self.allowed.first { $0.target == target }).modules
        let files = try SourceTree.swiftFiles(under: "Sources/\(target)")
        #expect(!files.isEmpty, "Sources/\(target) is empty")
        let violations = try files.flatMap { try Imports.undeclared(in: $0, declared: modules) }
        #expect(violations.isEmpty, "\(violations.joined(separator: "\n"))")
    }

    @Test(arguments: allowed.map(\.target))
    func `a pure target touches no clock, randomness, thread, file, socket or log`(target: String) throws {
        let files = try SourceTree.swiftFiles(under: "Sources/\(target)")
        let violations = try files.flatMap { file in try Self.rules.flatMap { try $0.violations(in: file) } }
        #expect(violations.isEmpty, "\(violations.joined(separator: "\n"))")
    }

    @Test(arguments: [
        ("let seed = UInt64.random(in: 0...9)", true), ("let one = list.randomElement()", true),
        ("var generator = SystemRandomNumberGenerator()", true),
        ("func hash(into hasher: inout Hasher) {}", true),
        ("let bucket = key.hashValue % 8", true), ("let order = ObjectIdentifier(node)", true),
        ("let now = ContinuousClock().now", true), ("let now = Date()", true), ("let now = time(nil)", true),
        ("Task { run() }", true), ("Task.detached { run() }", true),
        ("Thread.sleep(forTimeInterval: 1)", true),
        ("let state = Mutex(State())", true), ("actor Core {}", true), ("print(total)", true),
        ("let file = open(\"a\", 0)", true), ("let logger = Logger(label: name)", true),
        ("let home = getenv(name)", true), ("let text = \"\\(UInt8.random(in: 0...9))\"", true),
        ("let seed = random.next()", false), ("let slack = random.int(in: 0...6)", false),
        ("let text = \"print(Date())\"", false), ("// a Task { } or a Mutex<Int>", false),
        ("let next = list.shuffled(using: &generator)", false),
        ("let time = Timestamp(nanoseconds: 0)", false),
        ("/* Hasher */ let layout = KVLayout.empty", false), ("table.print(row)", false),
    ])
    func `the rules find what they are for and nothing else`(snippet: String, isViolation: Bool) throws {
        let file = SourceTree.File(path: "Made.swift", source: snippet, code: SwiftCode(snippet))
        let found = try Self.rules.flatMap { try $0.violations(in: file) }
        #expect(found.isEmpty != isViolation, "\(snippet): \(found)")
    }
}
