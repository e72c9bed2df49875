/// What a run was asked to do: echoed in its report, so that two reports can be compared knowingly.
public struct RunSettings: Hashable, Sendable {
    /// A name for the run; reports are told apart by it.
    public var label: String
    /// Where the requests went: a base URL, or the name of a simulated cluster.
    public var target: String
    /// The interface spoken, as `vllm bench serve --backend` names it (`openai`, `openai-chat`).
    public var backend: String
    /// The model asked for.
    public var model: String
    /// Where the prompts came from (`random`, `mooncake`, …).
    public var dataset: String
    /// Requests planned.
    public var prompts: Int
    /// When requests were sent: ``ArrivalProcess/word``.
    public var arrivals: String
    /// Requests per second asked for; infinite for all at once, `nil` where arrivals are not a rate.
    public var requestRate: Double?
    /// Burstiness of the arrivals: the shape of the gamma distribution; 1 is a Poisson process.
    public var burstiness: Double
    /// Requests allowed in flight at once; `nil` for no limit.
    public var maxConcurrency: Int?
    /// Whether requests are sent at their scheduled times, whatever becomes of earlier ones.
    public var isOpenLoop: Bool
    /// The seed of arrivals and prompts.
    public var seed: UInt64
    /// What a good request must meet.
    public var serviceLevels: ServiceLevels
    /// The percentiles to report, 0 to 100.
    public var percentiles: [Double]
    /// Longest prompts of the length classes that are reported apart, rising; empty for no classes.
    public var lengthBoundaries: [Int] = []
    /// Everything else that was asked, by option.
    public var options: [String: String]

    /// Whether numbers can be ``lengthBoundaries``: they rise, from 1 on, and there are at most 16.
    public static func areLengthBoundaries(_ numbers: [Int]) -> Bool {
        numbers.count <= 16 && zip([0] + numbers, numbers).allSatisfy { $0 < $1 }
    }

    /// Settings of a run; the defaults are those of `vllm bench serve`.
    public init(
        label: String,
        target: String,
        backend: String,
        model: String,
        dataset: String,
        prompts: Int,
        arrivals: ArrivalProcess,
        maxConcurrency: Int? = nil,
        seed: UInt64 = 0,
        serviceLevels: ServiceLevels = ServiceLevels(),
        percentiles: [Double] = [99],
        options: [String: String] = [:]
    ) {
        self.label = label
        self.target = target
        self.backend = backend
        self.model = model
        self.dataset = dataset
        self.prompts = prompts
        self.arrivals = arrivals.word
        self.requestRate = arrivals.rate
        self.burstiness = arrivals.burstiness
        self.maxConcurrency = arrivals.concurrency ?? maxConcurrency
        self.isOpenLoop = arrivals.isOpenLoop
        self.seed = seed
        self.serviceLevels = serviceLevels
        self.percentiles = percentiles
        self.options = options
    }
}
