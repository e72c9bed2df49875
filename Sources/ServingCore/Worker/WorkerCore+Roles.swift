import ServingTypes

/// Changes of the role at run time: the work of the old role ends first, the KV cache stays.
extension WorkerCore {
    /// A router wants another role of this worker.
    ///
    /// Takes the order, or takes back one that is being carried out; the change itself shows as a new registration.
    mutating func change(to wanted: WorkerRole, router: RouterKey) {
        let failure = refusal(of: wanted)
        if failure == nil { nextRole = wanted == role ? nil : wanted }
        changeRoleIfFree()
        let owed = owed
        outbox.append(
            .roleAnswer(
                router,
                RoleAnswer(
                    wanted: wanted,
                    current: role,
                    requests: owed.requests,
                    leases: owed.leases,
                    failure: failure
                )
            )
        )
    }

    private func refusal(of wanted: WorkerRole) -> ServingError? {
        guard wanted != role else { return nil }
        guard settings.permittedRoles.contains(wanted) else {
            let message = "the certificate of \(settings.worker.id) does not allow the role \(wanted.name)"
            return ServingError(.unauthorized, "\(message): issue one with both roles")
        }
        guard !isDraining else {
            return ServingError(.draining, "\(settings.worker.id) is being drained: resume it first")
        }
        return nil
    }

    /// Whether it takes no new work, for a while or for good.
    var refusesWork: Bool { isDraining || nextRole != nil }

    /// Takes the next role as soon as nothing of the old one is left; blocks that others fetch belong to neither.
    mutating func changeRoleIfFree() {
        guard let next = nextRole, sequences.isEmpty, doomed.isEmpty, parkedOffers.isEmpty else { return }
        (role, nextRole) = (next, nil)
        outbox.append(.register)
    }
}
