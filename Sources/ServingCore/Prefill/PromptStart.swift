public import ServingTypes

/// A prompt's first step is planned: how long it waited for it.
public struct PromptStart: Hashable, Sendable {
    /// Its class.
    public var promptClass: PromptClass
    /// From its arrival at this worker; a fetched prefix and missing blocks count as waiting.
    public var wait: Duration
}
