public import ServingTypes

/// Answers questions about the settings of a process, in JSON.
public protocol SettingsDesk: Sendable {
    /// The settings in force, as a ``ConfigDocument``.
    ///
    /// - Parameter answer: called once, on any thread.
    func config(_ answer: @escaping @Sendable (Result<String, ServingError>) -> Void)

    /// Reads settings and certificates again; the answer is a ``ReloadDocument``.
    ///
    /// - Parameter answer: called once, on any thread.
    func reload(_ answer: @escaping @Sendable (Result<String, ServingError>) -> Void)
}
