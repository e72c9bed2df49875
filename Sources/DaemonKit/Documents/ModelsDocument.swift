/// What is served, and by whom: what `batonctl models` shows, and `/admin/models`.
public struct ModelsDocument: Codable, Hashable, Sendable {
    /// One model.
    public struct Model: Codable, Hashable, Sendable {
        /// The name in answers.
        public var name: String
        /// Further names that requests may use.
        public var aliases: [String]
        /// Most tokens of a prompt and its answer together.
        public var contextTokens: Int
        /// Tokens of the vocabulary.
        public var vocabularyTokens: Int
        /// Whether conversations can be answered, beside completions.
        public var hasChatTemplate: Bool
        /// Digest that workers must show, 32 hexadecimal digits.
        public var digest: String
        /// Shape of the KV cache; absent before the first worker.
        public var kvLayout: String?
        /// Tokens of a KV block; absent before the first worker.
        public var kvBlockTokens: Int?
        /// KV bytes of a token over all layers; absent before the first worker.
        public var kvBytesPerToken: Int?
        /// KV tokens that all workers hold together.
        public var kvCapacityTokens = 0
        /// Connected workers that serve it, by name.
        public var workers: [String] = []

        /// A model without workers.
        public init(
            name: String,
            aliases: [String],
            contextTokens: Int,
            vocabularyTokens: Int,
            hasChatTemplate: Bool,
            digest: String
        ) {
            self.name = name
            self.aliases = aliases
            self.contextTokens = contextTokens
            self.vocabularyTokens = vocabularyTokens
            self.hasChatTemplate = hasChatTemplate
            self.digest = digest
        }
    }

    /// The router's name.
    public var router: String
    /// All models.
    public var models: [Model]

    /// Lists models.
    public init(router: String, models: [Model]) {
        self.router = router
        self.models = models
    }
}
