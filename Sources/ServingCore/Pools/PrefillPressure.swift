import ServingTypes

/// What one prefill worker feels at a moment: the inputs of LAPS' pool pressure.
struct PrefillPressure: Sendable {
    var worker: WorkerID
    /// Until a prompt that comes now would start, in seconds.
    var queueSeconds = 0.0
    /// Mean time by which first tokens came after their limit lately, in seconds.
    var excessSeconds = 0.0
    /// Share of the time in which it has work, 0 to 1.
    var utilisation = 0.0
    /// `m / b` of its cost model: tokens that take as long as reading the weights once; 0 when unknown.
    var kneeTokens = 0.0
    /// Sequences in hand.
    var sequences = 0

    /// `ψ = α·queue + β·excess − γ·utilisation`.
    func value(_ settings: PrefillClassSettings) -> Double {
        settings.queueWeight * queueSeconds + settings.excessWeight * excessSeconds
            - settings.utilisationWeight * utilisation
    }
}
