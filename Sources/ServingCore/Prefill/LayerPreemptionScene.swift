import ServingTypes

/// What is known at a layer boundary of a running step.
public struct LayerPreemptionScene: Sendable {
    /// A step that runs, or that another is nested in.
    public struct Running: Sendable {
        /// What it takes by itself.
        public var total: Duration
        /// What is left of that.
        public var remaining: Duration
        /// What one layer takes: until it can be asked again.
        public var layer: Duration
        /// Time that it has given to others.
        public var yielded = Duration.zero
        /// How often it has yielded to prompts.
        public var preemptions = 0
        /// Prompts that take part.
        public var prompts: Int
        /// The most urgent of those.
        public var urgency = RequestUrgency(.interactive)
        /// Until the first of those is due; `nil` when none is.
        public var slack: Duration?

        /// A step that has never yielded, of interactive prompts that are never due.
        public init(total: Duration, remaining: Duration, layer: Duration, prompts: Int = 1) {
            self.total = total
            self.remaining = remaining
            self.layer = layer
            self.prompts = prompts
        }
    }

    /// A prompt that could run now.
    public struct Prompt: Sendable {
        /// Whose it is.
        public var attempt: AttemptID
        /// Tokens that must be computed.
        public var newTokens: Int
        /// Tokens of the prompt, those included.
        public var contextTokens: Int
        /// How urgent it is.
        public var urgency = RequestUrgency(.interactive)
        /// Until it is due; `nil` when it never is.
        public var slack: Duration?

        /// An interactive prompt that is never due.
        public init(attempt: AttemptID, newTokens: Int, contextTokens: Int) {
            self.attempt = attempt
            self.newTokens = newTokens
            self.contextTokens = contextTokens
        }
    }

    /// Running answers that wait for the step.
    public struct Answers: Sendable {
        /// What a step of theirs takes.
        public var service: Duration
        /// Until the first of them is later than its time per token allows; `nil` when nothing was promised.
        public var slack: Duration?
        /// Whether the plan of the step gives them a turn here.
        public var isTheirTurn: Bool

        /// Joins the parts.
        public init(service: Duration, slack: Duration?, isTheirTurn: Bool) {
            self.service = service
            self.slack = slack
            self.isTheirTurn = isTheirTurn
        }
    }

    /// The steps in progress, outermost first; the last one has come to a boundary.
    public var running: [Running]
    /// Prompts that wait, in order of arrival.
    public var prompts: [Prompt] = []
    /// Answers that wait; `nil` for none, or when they had a step at this boundary.
    public var answers: Answers?
    /// How long steps take.
    public var cost: CostCoefficients
    /// Most new tokens of a step.
    public var stepTokens: Int

    /// A scene in which nobody waits.
    public init(running: [Running], cost: CostCoefficients, stepTokens: Int) {
        self.running = running
        self.cost = cost
        self.stepTokens = stepTokens
    }
}
