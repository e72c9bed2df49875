/// In which order a worker computes prompts, and how much of them in one step.
public enum PrefillPolicy: String, Hashable, Sendable, CaseIterable {
    /// In order of arrival, in steps of a fixed number of tokens.
    case fcfs
    /// In order of arrival, one whole prompt per step.
    case fcfsUnchunked = "fcfs_unchunked"
    /// Short and long prompts take turns; short ones are batched, long ones cut by time.
    case lengthAware = "length_aware"
}
