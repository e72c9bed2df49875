import ServingTypes

/// Settings that change while requests run.
extension RouterCore {
    /// Goes on with other settings: every request, worker, queue and measurement stays.
    ///
    /// Requests that are in progress keep the limits under which they came; whoever waits is looked at anew. The layout,
    /// the prior of the links and the size of the prefix index are those of the start: what was made by them is kept
    /// all over the state.
    /// - Returns: what is to be done, in order: waiting requests may have their place now.
    public mutating func update(_ given: RouterCoreSettings, now: Timestamp) -> [RouterAction] {
        var new = given
        new.placement.layout = settings.placement.layout
        new.links.priorBytesPerSecond = settings.links.priorBytesPerSecond
        new.prefixHashLimit = settings.prefixHashLimit
        fairness.update(settings: new.fairness, now: now)
        waiting.update(settings: new.fairness)
        table.update(uplinks: new.links.uplinks)
        steering.update(pools: new.pools, classes: new.prefillClasses, siteLimits: new.links.siteLimits)
        moves.settings = new.decode
        placement = Placement(settings: new.placement)
        settings = new
        placeWaiting(now: now)
        let actions = outbox
        outbox = []
        return actions
    }
}
