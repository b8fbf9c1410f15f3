# %% right: as in the contract
def ppo_update(policy, critic, reference, optimiser, ids, mask, scores, ended, beta, epochs):
    answer = mask[:, 1:]
    with torch.no_grad():
        old_log_p = token_log_probs(policy(ids), ids, mask)
        log_reference = token_log_probs(reference(ids), ids, mask)
        old_values = critic(ids)[:, :-1]
    rewards = shaped_rewards(scores, ended, old_log_p, log_reference, answer, beta, -1.0)
    advantages, returns = gae(rewards, old_values, answer, 1.0, 0.95)
    advantages = whiten(advantages, answer)
    for _ in range(epochs):
        log_p = token_log_probs(policy(ids), ids, mask)
        values = critic(ids)[:, :-1]
        loss, clip_fraction = policy_loss(log_p, old_log_p, advantages, answer, 0.2)
        loss = loss + value_loss(values, old_values, returns, answer, 0.2)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return kl_estimates(old_log_p, log_reference, answer)[0], clip_fraction


# %% right: detached instead of no_grad, two backward passes
def ppo_update(policy, critic, reference, optimiser, ids, mask, scores, ended, beta, epochs):
    m = mask[:, 1:]
    old = token_log_probs(policy(ids), ids, mask).detach()
    ref = token_log_probs(reference(ids), ids, mask).detach()
    v_old = critic(ids).detach()[:, :-1].clone()
    A, R = gae(shaped_rewards(scores, ended, old, ref, m, beta, -1.0), v_old, m, 1.0, 0.95)
    A = whiten(A, m)
    for epoch in range(epochs):
        optimiser.zero_grad(set_to_none=False)
        actor, fraction = policy_loss(token_log_probs(policy(ids), ids, mask), old, A, m, 0.2)
        actor.backward()
        value_loss(critic(ids)[:, :-1], v_old, R, m, 0.2).backward()
        optimiser.step()
    k1, _, _ = kl_estimates(old, ref, m)
    return float(k1), float(fraction)


# %% right: the first epoch's log-probabilities are the old ones
def ppo_update(policy, critic, reference, optimiser, ids, mask, scores, ended, beta, epochs):
    m = mask[:, 1:]
    old = fraction = None
    for _ in range(epochs):
        log_p, values = token_log_probs(policy(ids), ids, mask), critic(ids)[:, :-1]
        if old is None:
            with torch.no_grad():
                old, old_values = log_p.clone(), values.clone()
                ref = token_log_probs(reference(ids), ids, mask)
                rewards = shaped_rewards(scores, ended, old, ref, m, beta, -1.0)
                A, R = gae(rewards, old_values, m, 1.0, 0.95)
                A = whiten(A, m)
        loss_p, fraction = policy_loss(log_p, old, A, m, 0.2)
        total = loss_p + value_loss(values, old_values, R, m, 0.2)
        for group in optimiser.param_groups:
            for p in group["params"]:
                p.grad = None
        total.backward()
        optimiser.step()
    return (old - ref)[m].mean(), fraction


# %% right: all formulas written out again
def ppo_update(policy, critic, reference, optimiser, ids, mask, scores, ended, beta, epochs):
    m = mask[:, 1:]
    def log_probs(model):
        z = model(ids)[:, :-1].log_softmax(-1)
        return z.gather(-1, ids[:, 1:].unsqueeze(-1)).squeeze(-1)
    with torch.no_grad():
        old, ref, v0 = log_probs(policy), log_probs(reference), critic(ids)[:, :-1] * m
        r = -beta * (old - ref) * m
        for b in range(len(ids)):
            r[b, m[b].nonzero()[-1, 0]] += scores[b] if ended[b] else -1.0
        A, run, nxt = torch.zeros_like(r), 0.0, 0.0
        for t in reversed(range(r.shape[1])):
            run = r[:, t] + nxt - v0[:, t] + 0.95 * run
            A[:, t], nxt = run, v0[:, t]
        R = A + v0
        A = (A - A[m].mean()) / (A[m].var(unbiased=False) + 1e-8).sqrt()
    for _ in range(epochs):
        rho = (log_probs(policy) - old).exp()[m]
        v = critic(ids)[:, :-1]
        actor = -torch.min(rho * A[m], rho.clamp(0.8, 1.2) * A[m]).mean()
        vc = v0 + (v - v0).clamp(-0.2, 0.2)
        loss = actor + 0.5 * torch.max((v - R) ** 2, (vc - R) ** 2)[m].mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return (old - ref)[m].mean(), (rho.clamp(0.8, 1.2) * A[m] < rho * A[m]).double().mean()


# %% wrong: uphill on the loss  says: the step went the wrong way: losses go down, and both are added.
def ppo_update(policy, critic, reference, optimiser, ids, mask, scores, ended, beta, epochs):
    answer = mask[:, 1:]
    with torch.no_grad():
        old_log_p = token_log_probs(policy(ids), ids, mask)
        log_reference = token_log_probs(reference(ids), ids, mask)
        old_values = critic(ids)[:, :-1]
    rewards = shaped_rewards(scores, ended, old_log_p, log_reference, answer, beta, -1.0)
    advantages, returns = gae(rewards, old_values, answer, 1.0, 0.95)
    advantages = whiten(advantages, answer)
    for _ in range(epochs):
        log_p = token_log_probs(policy(ids), ids, mask)
        values = critic(ids)[:, :-1]
        loss, clip_fraction = policy_loss(log_p, old_log_p, advantages, answer, 0.2)
        loss = loss + value_loss(values, old_values, returns, answer, 0.2)
        optimiser.zero_grad()
        (-loss).backward()
        optimiser.step()
    return kl_estimates(old_log_p, log_reference, answer)[0], clip_fraction


# %% wrong: policy loss subtracted  says: the step went the wrong way: losses go down, and both are added.
def ppo_update(policy, critic, reference, optimiser, ids, mask, scores, ended, beta, epochs):
    answer = mask[:, 1:]
    with torch.no_grad():
        old_log_p = token_log_probs(policy(ids), ids, mask)
        log_reference = token_log_probs(reference(ids), ids, mask)
        old_values = critic(ids)[:, :-1]
    rewards = shaped_rewards(scores, ended, old_log_p, log_reference, answer, beta, -1.0)
    advantages, returns = gae(rewards, old_values, answer, 1.0, 0.95)
    advantages = whiten(advantages, answer)
    for _ in range(epochs):
        log_p = token_log_probs(policy(ids), ids, mask)
        values = critic(ids)[:, :-1]
        loss, clip_fraction = policy_loss(log_p, old_log_p, advantages, answer, 0.2)
        loss = value_loss(values, old_values, returns, answer, 0.2) - loss
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return kl_estimates(old_log_p, log_reference, answer)[0], clip_fraction


# %% wrong: no step  says: nothing moved here: is its loss there, does the gradient arrive, and is `optimiser.step()` called?
def ppo_update(policy, critic, reference, optimiser, ids, mask, scores, ended, beta, epochs):
    answer = mask[:, 1:]
    with torch.no_grad():
        old_log_p = token_log_probs(policy(ids), ids, mask)
        log_reference = token_log_probs(reference(ids), ids, mask)
        old_values = critic(ids)[:, :-1]
    rewards = shaped_rewards(scores, ended, old_log_p, log_reference, answer, beta, -1.0)
    advantages, returns = gae(rewards, old_values, answer, 1.0, 0.95)
    advantages = whiten(advantages, answer)
    for _ in range(epochs):
        log_p = token_log_probs(policy(ids), ids, mask)
        values = critic(ids)[:, :-1]
        loss, clip_fraction = policy_loss(log_p, old_log_p, advantages, answer, 0.2)
        loss = loss + value_loss(values, old_values, returns, answer, 0.2)
        optimiser.zero_grad()
        loss.backward()
    return kl_estimates(old_log_p, log_reference, answer)[0], clip_fraction


# %% wrong: gradient not emptied  says: the gradient of earlier epochs is still in `.grad`: call `zero_grad`.
def ppo_update(policy, critic, reference, optimiser, ids, mask, scores, ended, beta, epochs):
    answer = mask[:, 1:]
    with torch.no_grad():
        old_log_p = token_log_probs(policy(ids), ids, mask)
        log_reference = token_log_probs(reference(ids), ids, mask)
        old_values = critic(ids)[:, :-1]
    rewards = shaped_rewards(scores, ended, old_log_p, log_reference, answer, beta, -1.0)
    advantages, returns = gae(rewards, old_values, answer, 1.0, 0.95)
    advantages = whiten(advantages, answer)
    for _ in range(epochs):
        log_p = token_log_probs(policy(ids), ids, mask)
        values = critic(ids)[:, :-1]
        loss, clip_fraction = policy_loss(log_p, old_log_p, advantages, answer, 0.2)
        loss = loss + value_loss(values, old_values, returns, answer, 0.2)
        loss.backward()
        optimiser.step()
    return kl_estimates(old_log_p, log_reference, answer)[0], clip_fraction


# %% wrong: zero_grad after backward  says: nothing moved here: is its loss there, does the gradient arrive, and is `optimiser.step()` called?
def ppo_update(policy, critic, reference, optimiser, ids, mask, scores, ended, beta, epochs):
    answer = mask[:, 1:]
    with torch.no_grad():
        old_log_p = token_log_probs(policy(ids), ids, mask)
        log_reference = token_log_probs(reference(ids), ids, mask)
        old_values = critic(ids)[:, :-1]
    rewards = shaped_rewards(scores, ended, old_log_p, log_reference, answer, beta, -1.0)
    advantages, returns = gae(rewards, old_values, answer, 1.0, 0.95)
    advantages = whiten(advantages, answer)
    for _ in range(epochs):
        log_p = token_log_probs(policy(ids), ids, mask)
        values = critic(ids)[:, :-1]
        loss, clip_fraction = policy_loss(log_p, old_log_p, advantages, answer, 0.2)
        loss = loss + value_loss(values, old_values, returns, answer, 0.2)
        loss.backward()
        optimiser.zero_grad(set_to_none=False)
        optimiser.step()
    return kl_estimates(old_log_p, log_reference, answer)[0], clip_fraction


# %% wrong: one epoch only  says: there are `epochs` steps, not one.
def ppo_update(policy, critic, reference, optimiser, ids, mask, scores, ended, beta, epochs):
    answer = mask[:, 1:]
    with torch.no_grad():
        old_log_p = token_log_probs(policy(ids), ids, mask)
        log_reference = token_log_probs(reference(ids), ids, mask)
        old_values = critic(ids)[:, :-1]
    rewards = shaped_rewards(scores, ended, old_log_p, log_reference, answer, beta, -1.0)
    advantages, returns = gae(rewards, old_values, answer, 1.0, 0.95)
    advantages = whiten(advantages, answer)
    for _ in range(1):
        log_p = token_log_probs(policy(ids), ids, mask)
        values = critic(ids)[:, :-1]
        loss, clip_fraction = policy_loss(log_p, old_log_p, advantages, answer, 0.2)
        loss = loss + value_loss(values, old_values, returns, answer, 0.2)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return kl_estimates(old_log_p, log_reference, answer)[0], clip_fraction


# %% wrong: old log-probabilities renewed in every epoch  says: the old log-probabilities are those of the policy that wrote; here they move with it, and nothing is ever clipped.
def ppo_update(policy, critic, reference, optimiser, ids, mask, scores, ended, beta, epochs):
    answer = mask[:, 1:]
    with torch.no_grad():
        old_log_p = token_log_probs(policy(ids), ids, mask)
        log_reference = token_log_probs(reference(ids), ids, mask)
        old_values = critic(ids)[:, :-1]
    rewards = shaped_rewards(scores, ended, old_log_p, log_reference, answer, beta, -1.0)
    advantages, returns = gae(rewards, old_values, answer, 1.0, 0.95)
    advantages = whiten(advantages, answer)
    for _ in range(epochs):
        log_p = token_log_probs(policy(ids), ids, mask)
        values = critic(ids)[:, :-1]
        old_log_p = log_p.detach()
        loss, clip_fraction = policy_loss(log_p, old_log_p, advantages, answer, 0.2)
        loss = loss + value_loss(values, old_values, returns, answer, 0.2)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return kl_estimates(old_log_p, log_reference, answer)[0], clip_fraction


# %% wrong: the reference as the old policy  says: the ratio is against the policy that *wrote the answers*, not against the reference.
def ppo_update(policy, critic, reference, optimiser, ids, mask, scores, ended, beta, epochs):
    answer = mask[:, 1:]
    with torch.no_grad():
        old_log_p = token_log_probs(policy(ids), ids, mask)
        log_reference = token_log_probs(reference(ids), ids, mask)
        old_values = critic(ids)[:, :-1]
    rewards = shaped_rewards(scores, ended, old_log_p, log_reference, answer, beta, -1.0)
    advantages, returns = gae(rewards, old_values, answer, 1.0, 0.95)
    advantages = whiten(advantages, answer)
    for _ in range(epochs):
        log_p = token_log_probs(policy(ids), ids, mask)
        values = critic(ids)[:, :-1]
        loss, clip_fraction = policy_loss(log_p, log_reference, advantages, answer, 0.2)
        loss = loss + value_loss(values, old_values, returns, answer, 0.2)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return kl_estimates(old_log_p, log_reference, answer)[0], clip_fraction


# %% wrong: new log-probabilities computed once  says: the new log-probabilities must be computed in every epoch, from the policy as it is then.
def ppo_update(policy, critic, reference, optimiser, ids, mask, scores, ended, beta, epochs):
    answer = mask[:, 1:]
    with torch.no_grad():
        old_log_p = token_log_probs(policy(ids), ids, mask)
        log_reference = token_log_probs(reference(ids), ids, mask)
        old_values = critic(ids)[:, :-1]
    rewards = shaped_rewards(scores, ended, old_log_p, log_reference, answer, beta, -1.0)
    advantages, returns = gae(rewards, old_values, answer, 1.0, 0.95)
    advantages = whiten(advantages, answer)
    log_p = token_log_probs(policy(ids), ids, mask)
    for _ in range(epochs):
        values = critic(ids)[:, :-1]
        loss, clip_fraction = policy_loss(log_p, old_log_p, advantages, answer, 0.2)
        loss = loss + value_loss(values, old_values, returns, answer, 0.2)
        optimiser.zero_grad()
        loss.backward(retain_graph=True)
        optimiser.step()
    return kl_estimates(old_log_p, log_reference, answer)[0], clip_fraction


# %% wrong: advantages made anew in every epoch  says: advantages and returns are made once, before the first step; here they move with the critic.
def ppo_update(policy, critic, reference, optimiser, ids, mask, scores, ended, beta, epochs):
    answer = mask[:, 1:]
    with torch.no_grad():
        old_log_p = token_log_probs(policy(ids), ids, mask)
        log_reference = token_log_probs(reference(ids), ids, mask)
        old_values = critic(ids)[:, :-1]
    rewards = shaped_rewards(scores, ended, old_log_p, log_reference, answer, beta, -1.0)
    advantages, returns = gae(rewards, old_values, answer, 1.0, 0.95)
    advantages = whiten(advantages, answer)
    for _ in range(epochs):
        log_p = token_log_probs(policy(ids), ids, mask)
        values = critic(ids)[:, :-1]
        advantages, returns = gae(rewards, values.detach(), answer, 1.0, 0.95)
        advantages = whiten(advantages, answer)
        loss, clip_fraction = policy_loss(log_p, old_log_p, advantages, answer, 0.2)
        loss = loss + value_loss(values, old_values, returns, answer, 0.2)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return kl_estimates(old_log_p, log_reference, answer)[0], clip_fraction


# %% wrong: critic not trained  says: nothing moved here: is its loss there, does the gradient arrive, and is `optimiser.step()` called?
def ppo_update(policy, critic, reference, optimiser, ids, mask, scores, ended, beta, epochs):
    answer = mask[:, 1:]
    with torch.no_grad():
        old_log_p = token_log_probs(policy(ids), ids, mask)
        log_reference = token_log_probs(reference(ids), ids, mask)
        old_values = critic(ids)[:, :-1]
    rewards = shaped_rewards(scores, ended, old_log_p, log_reference, answer, beta, -1.0)
    advantages, returns = gae(rewards, old_values, answer, 1.0, 0.95)
    advantages = whiten(advantages, answer)
    for _ in range(epochs):
        log_p = token_log_probs(policy(ids), ids, mask)
        values = critic(ids)[:, :-1]
        loss, clip_fraction = policy_loss(log_p, old_log_p, advantages, answer, 0.2)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return kl_estimates(old_log_p, log_reference, answer)[0], clip_fraction


# %% wrong: policy not trained  says: nothing moved here: is its loss there, does the gradient arrive, and is `optimiser.step()` called?
def ppo_update(policy, critic, reference, optimiser, ids, mask, scores, ended, beta, epochs):
    answer = mask[:, 1:]
    with torch.no_grad():
        old_log_p = token_log_probs(policy(ids), ids, mask)
        log_reference = token_log_probs(reference(ids), ids, mask)
        old_values = critic(ids)[:, :-1]
    rewards = shaped_rewards(scores, ended, old_log_p, log_reference, answer, beta, -1.0)
    advantages, returns = gae(rewards, old_values, answer, 1.0, 0.95)
    advantages = whiten(advantages, answer)
    for _ in range(epochs):
        log_p = token_log_probs(policy(ids), ids, mask)
        values = critic(ids)[:, :-1]
        loss, clip_fraction = policy_loss(log_p, old_log_p, advantages, answer, 0.2)
        loss = value_loss(values, old_values, returns, answer, 0.2)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return kl_estimates(old_log_p, log_reference, answer)[0], clip_fraction


# %% wrong: value loss twice  says: policy loss and value loss are added without factors.
def ppo_update(policy, critic, reference, optimiser, ids, mask, scores, ended, beta, epochs):
    answer = mask[:, 1:]
    with torch.no_grad():
        old_log_p = token_log_probs(policy(ids), ids, mask)
        log_reference = token_log_probs(reference(ids), ids, mask)
        old_values = critic(ids)[:, :-1]
    rewards = shaped_rewards(scores, ended, old_log_p, log_reference, answer, beta, -1.0)
    advantages, returns = gae(rewards, old_values, answer, 1.0, 0.95)
    advantages = whiten(advantages, answer)
    for _ in range(epochs):
        log_p = token_log_probs(policy(ids), ids, mask)
        values = critic(ids)[:, :-1]
        loss, clip_fraction = policy_loss(log_p, old_log_p, advantages, answer, 0.2)
        loss = loss + 2 * value_loss(values, old_values, returns, answer, 0.2)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return kl_estimates(old_log_p, log_reference, answer)[0], clip_fraction


# %% wrong: value loss halved once more  says: policy loss and value loss are added without factors.
def ppo_update(policy, critic, reference, optimiser, ids, mask, scores, ended, beta, epochs):
    answer = mask[:, 1:]
    with torch.no_grad():
        old_log_p = token_log_probs(policy(ids), ids, mask)
        log_reference = token_log_probs(reference(ids), ids, mask)
        old_values = critic(ids)[:, :-1]
    rewards = shaped_rewards(scores, ended, old_log_p, log_reference, answer, beta, -1.0)
    advantages, returns = gae(rewards, old_values, answer, 1.0, 0.95)
    advantages = whiten(advantages, answer)
    for _ in range(epochs):
        log_p = token_log_probs(policy(ids), ids, mask)
        values = critic(ids)[:, :-1]
        loss, clip_fraction = policy_loss(log_p, old_log_p, advantages, answer, 0.2)
        loss = loss + 0.5 * value_loss(values, old_values, returns, answer, 0.2)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return kl_estimates(old_log_p, log_reference, answer)[0], clip_fraction


# %% wrong: advantages not whitened  says: the advantages are whitened for the policy.
def ppo_update(policy, critic, reference, optimiser, ids, mask, scores, ended, beta, epochs):
    answer = mask[:, 1:]
    with torch.no_grad():
        old_log_p = token_log_probs(policy(ids), ids, mask)
        log_reference = token_log_probs(reference(ids), ids, mask)
        old_values = critic(ids)[:, :-1]
    rewards = shaped_rewards(scores, ended, old_log_p, log_reference, answer, beta, -1.0)
    advantages, returns = gae(rewards, old_values, answer, 1.0, 0.95)
    for _ in range(epochs):
        log_p = token_log_probs(policy(ids), ids, mask)
        values = critic(ids)[:, :-1]
        loss, clip_fraction = policy_loss(log_p, old_log_p, advantages, answer, 0.2)
        loss = loss + value_loss(values, old_values, returns, answer, 0.2)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return kl_estimates(old_log_p, log_reference, answer)[0], clip_fraction


# %% wrong: returns from whitened advantages  says: the returns were made of whitened advantages; make them first.
def ppo_update(policy, critic, reference, optimiser, ids, mask, scores, ended, beta, epochs):
    answer = mask[:, 1:]
    with torch.no_grad():
        old_log_p = token_log_probs(policy(ids), ids, mask)
        log_reference = token_log_probs(reference(ids), ids, mask)
        old_values = critic(ids)[:, :-1]
    rewards = shaped_rewards(scores, ended, old_log_p, log_reference, answer, beta, -1.0)
    advantages, returns = gae(rewards, old_values, answer, 1.0, 0.95)
    advantages = whiten(advantages, answer)
    returns = (advantages + old_values) * answer
    for _ in range(epochs):
        log_p = token_log_probs(policy(ids), ids, mask)
        values = critic(ids)[:, :-1]
        loss, clip_fraction = policy_loss(log_p, old_log_p, advantages, answer, 0.2)
        loss = loss + value_loss(values, old_values, returns, answer, 0.2)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return kl_estimates(old_log_p, log_reference, answer)[0], clip_fraction


# %% wrong: rewards instead of advantages  says: the policy learns from the advantages, not from the rewards of single tokens.
def ppo_update(policy, critic, reference, optimiser, ids, mask, scores, ended, beta, epochs):
    answer = mask[:, 1:]
    with torch.no_grad():
        old_log_p = token_log_probs(policy(ids), ids, mask)
        log_reference = token_log_probs(reference(ids), ids, mask)
        old_values = critic(ids)[:, :-1]
    rewards = shaped_rewards(scores, ended, old_log_p, log_reference, answer, beta, -1.0)
    advantages, returns = gae(rewards, old_values, answer, 1.0, 0.95)
    advantages = whiten(rewards, answer)
    for _ in range(epochs):
        log_p = token_log_probs(policy(ids), ids, mask)
        values = critic(ids)[:, :-1]
        loss, clip_fraction = policy_loss(log_p, old_log_p, advantages, answer, 0.2)
        loss = loss + value_loss(values, old_values, returns, answer, 0.2)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return kl_estimates(old_log_p, log_reference, answer)[0], clip_fraction


# %% wrong: returns instead of advantages  says: the policy learns from the advantages, not from the returns.
def ppo_update(policy, critic, reference, optimiser, ids, mask, scores, ended, beta, epochs):
    answer = mask[:, 1:]
    with torch.no_grad():
        old_log_p = token_log_probs(policy(ids), ids, mask)
        log_reference = token_log_probs(reference(ids), ids, mask)
        old_values = critic(ids)[:, :-1]
    rewards = shaped_rewards(scores, ended, old_log_p, log_reference, answer, beta, -1.0)
    advantages, returns = gae(rewards, old_values, answer, 1.0, 0.95)
    advantages = whiten(returns, answer)
    for _ in range(epochs):
        log_p = token_log_probs(policy(ids), ids, mask)
        values = critic(ids)[:, :-1]
        loss, clip_fraction = policy_loss(log_p, old_log_p, advantages, answer, 0.2)
        loss = loss + value_loss(values, old_values, returns, answer, 0.2)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return kl_estimates(old_log_p, log_reference, answer)[0], clip_fraction


# %% wrong: critic learns the rewards  says: the critic learns the returns, not the rewards of single tokens.
def ppo_update(policy, critic, reference, optimiser, ids, mask, scores, ended, beta, epochs):
    answer = mask[:, 1:]
    with torch.no_grad():
        old_log_p = token_log_probs(policy(ids), ids, mask)
        log_reference = token_log_probs(reference(ids), ids, mask)
        old_values = critic(ids)[:, :-1]
    rewards = shaped_rewards(scores, ended, old_log_p, log_reference, answer, beta, -1.0)
    advantages, returns = gae(rewards, old_values, answer, 1.0, 0.95)
    advantages = whiten(advantages, answer)
    for _ in range(epochs):
        log_p = token_log_probs(policy(ids), ids, mask)
        values = critic(ids)[:, :-1]
        loss, clip_fraction = policy_loss(log_p, old_log_p, advantages, answer, 0.2)
        loss = loss + value_loss(values, old_values, rewards, answer, 0.2)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return kl_estimates(old_log_p, log_reference, answer)[0], clip_fraction


# %% wrong: critic learns the advantages  says: the critic learns the returns, not the advantages.
def ppo_update(policy, critic, reference, optimiser, ids, mask, scores, ended, beta, epochs):
    answer = mask[:, 1:]
    with torch.no_grad():
        old_log_p = token_log_probs(policy(ids), ids, mask)
        log_reference = token_log_probs(reference(ids), ids, mask)
        old_values = critic(ids)[:, :-1]
    rewards = shaped_rewards(scores, ended, old_log_p, log_reference, answer, beta, -1.0)
    advantages, returns = gae(rewards, old_values, answer, 1.0, 0.95)
    advantages = whiten(advantages, answer)
    for _ in range(epochs):
        log_p = token_log_probs(policy(ids), ids, mask)
        values = critic(ids)[:, :-1]
        loss, clip_fraction = policy_loss(log_p, old_log_p, advantages, answer, 0.2)
        loss = loss + value_loss(values, old_values, advantages, answer, 0.2)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return kl_estimates(old_log_p, log_reference, answer)[0], clip_fraction


# %% wrong: values off by one  says: the value before token t + 1 is critic(ids)[:, t]; here it has seen the token already.
def ppo_update(policy, critic, reference, optimiser, ids, mask, scores, ended, beta, epochs):
    answer = mask[:, 1:]
    with torch.no_grad():
        old_log_p = token_log_probs(policy(ids), ids, mask)
        log_reference = token_log_probs(reference(ids), ids, mask)
        old_values = critic(ids)[:, 1:]
    rewards = shaped_rewards(scores, ended, old_log_p, log_reference, answer, beta, -1.0)
    advantages, returns = gae(rewards, old_values, answer, 1.0, 0.95)
    advantages = whiten(advantages, answer)
    for _ in range(epochs):
        log_p = token_log_probs(policy(ids), ids, mask)
        values = critic(ids)[:, 1:]
        loss, clip_fraction = policy_loss(log_p, old_log_p, advantages, answer, 0.2)
        loss = loss + value_loss(values, old_values, returns, answer, 0.2)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return kl_estimates(old_log_p, log_reference, answer)[0], clip_fraction


# %% wrong: mask off by one  says: column t belongs to token t + 1: the mask is mask[:, 1:].
def ppo_update(policy, critic, reference, optimiser, ids, mask, scores, ended, beta, epochs):
    answer = mask[:, :-1]
    with torch.no_grad():
        old_log_p = token_log_probs(policy(ids), ids, mask)
        log_reference = token_log_probs(reference(ids), ids, mask)
        old_values = critic(ids)[:, :-1]
    rewards = shaped_rewards(scores, ended, old_log_p, log_reference, answer, beta, -1.0)
    advantages, returns = gae(rewards, old_values, answer, 1.0, 0.95)
    advantages = whiten(advantages, answer)
    for _ in range(epochs):
        log_p = token_log_probs(policy(ids), ids, mask)
        values = critic(ids)[:, :-1]
        loss, clip_fraction = policy_loss(log_p, old_log_p, advantages, answer, 0.2)
        loss = loss + value_loss(values, old_values, returns, answer, 0.2)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return kl_estimates(old_log_p, log_reference, answer)[0], clip_fraction


# %% wrong: everything counts  says: prompt and padding count here: the mask is mask[:, 1:].
def ppo_update(policy, critic, reference, optimiser, ids, mask, scores, ended, beta, epochs):
    answer = torch.ones_like(mask[:, 1:])
    with torch.no_grad():
        old_log_p = token_log_probs(policy(ids), ids, mask)
        log_reference = token_log_probs(reference(ids), ids, mask)
        old_values = critic(ids)[:, :-1]
    rewards = shaped_rewards(scores, ended, old_log_p, log_reference, answer, beta, -1.0)
    advantages, returns = gae(rewards, old_values, answer, 1.0, 0.95)
    advantages = whiten(advantages, answer)
    for _ in range(epochs):
        log_p = token_log_probs(policy(ids), ids, mask)
        values = critic(ids)[:, :-1]
        loss, clip_fraction = policy_loss(log_p, old_log_p, advantages, answer, 0.2)
        loss = loss + value_loss(values, old_values, returns, answer, 0.2)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return kl_estimates(old_log_p, log_reference, answer)[0], clip_fraction


# %% wrong: KL price forgotten  says: the price of the KL is β; here it is 0.
def ppo_update(policy, critic, reference, optimiser, ids, mask, scores, ended, beta, epochs):
    answer = mask[:, 1:]
    with torch.no_grad():
        old_log_p = token_log_probs(policy(ids), ids, mask)
        log_reference = token_log_probs(reference(ids), ids, mask)
        old_values = critic(ids)[:, :-1]
    rewards = shaped_rewards(scores, ended, old_log_p, log_reference, answer, 0.0, -1.0)
    advantages, returns = gae(rewards, old_values, answer, 1.0, 0.95)
    advantages = whiten(advantages, answer)
    for _ in range(epochs):
        log_p = token_log_probs(policy(ids), ids, mask)
        values = critic(ids)[:, :-1]
        loss, clip_fraction = policy_loss(log_p, old_log_p, advantages, answer, 0.2)
        loss = loss + value_loss(values, old_values, returns, answer, 0.2)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return kl_estimates(old_log_p, log_reference, answer)[0], clip_fraction


# %% wrong: policy and reference exchanged in the reward  says: the policy's log-probabilities come first in the shaped reward, then the reference's.
def ppo_update(policy, critic, reference, optimiser, ids, mask, scores, ended, beta, epochs):
    answer = mask[:, 1:]
    with torch.no_grad():
        old_log_p = token_log_probs(policy(ids), ids, mask)
        log_reference = token_log_probs(reference(ids), ids, mask)
        old_values = critic(ids)[:, :-1]
    rewards = shaped_rewards(scores, ended, log_reference, old_log_p, answer, beta, -1.0)
    advantages, returns = gae(rewards, old_values, answer, 1.0, 0.95)
    advantages = whiten(advantages, answer)
    for _ in range(epochs):
        log_p = token_log_probs(policy(ids), ids, mask)
        values = critic(ids)[:, :-1]
        loss, clip_fraction = policy_loss(log_p, old_log_p, advantages, answer, 0.2)
        loss = loss + value_loss(values, old_values, returns, answer, 0.2)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return kl_estimates(old_log_p, log_reference, answer)[0], clip_fraction


# %% wrong: no_end 0  says: an answer that did not end gets −1.
def ppo_update(policy, critic, reference, optimiser, ids, mask, scores, ended, beta, epochs):
    answer = mask[:, 1:]
    with torch.no_grad():
        old_log_p = token_log_probs(policy(ids), ids, mask)
        log_reference = token_log_probs(reference(ids), ids, mask)
        old_values = critic(ids)[:, :-1]
    rewards = shaped_rewards(scores, ended, old_log_p, log_reference, answer, beta, 0.0)
    advantages, returns = gae(rewards, old_values, answer, 1.0, 0.95)
    advantages = whiten(advantages, answer)
    for _ in range(epochs):
        log_p = token_log_probs(policy(ids), ids, mask)
        values = critic(ids)[:, :-1]
        loss, clip_fraction = policy_loss(log_p, old_log_p, advantages, answer, 0.2)
        loss = loss + value_loss(values, old_values, returns, answer, 0.2)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return kl_estimates(old_log_p, log_reference, answer)[0], clip_fraction


# %% wrong: all ended  says: an answer that did not end gets −1: hand `ended` over.
def ppo_update(policy, critic, reference, optimiser, ids, mask, scores, ended, beta, epochs):
    answer = mask[:, 1:]
    with torch.no_grad():
        old_log_p = token_log_probs(policy(ids), ids, mask)
        log_reference = token_log_probs(reference(ids), ids, mask)
        old_values = critic(ids)[:, :-1]
    rewards = shaped_rewards(scores, torch.ones_like(ended), old_log_p, log_reference, answer, beta, -1.0)
    advantages, returns = gae(rewards, old_values, answer, 1.0, 0.95)
    advantages = whiten(advantages, answer)
    for _ in range(epochs):
        log_p = token_log_probs(policy(ids), ids, mask)
        values = critic(ids)[:, :-1]
        loss, clip_fraction = policy_loss(log_p, old_log_p, advantages, answer, 0.2)
        loss = loss + value_loss(values, old_values, returns, answer, 0.2)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return kl_estimates(old_log_p, log_reference, answer)[0], clip_fraction


# %% wrong: λ = 1  says: λ is 0.95.
def ppo_update(policy, critic, reference, optimiser, ids, mask, scores, ended, beta, epochs):
    answer = mask[:, 1:]
    with torch.no_grad():
        old_log_p = token_log_probs(policy(ids), ids, mask)
        log_reference = token_log_probs(reference(ids), ids, mask)
        old_values = critic(ids)[:, :-1]
    rewards = shaped_rewards(scores, ended, old_log_p, log_reference, answer, beta, -1.0)
    advantages, returns = gae(rewards, old_values, answer, 1.0, 1.0)
    advantages = whiten(advantages, answer)
    for _ in range(epochs):
        log_p = token_log_probs(policy(ids), ids, mask)
        values = critic(ids)[:, :-1]
        loss, clip_fraction = policy_loss(log_p, old_log_p, advantages, answer, 0.2)
        loss = loss + value_loss(values, old_values, returns, answer, 0.2)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return kl_estimates(old_log_p, log_reference, answer)[0], clip_fraction


# %% wrong: γ = 0.95  says: γ is 1 and λ is 0.95.
def ppo_update(policy, critic, reference, optimiser, ids, mask, scores, ended, beta, epochs):
    answer = mask[:, 1:]
    with torch.no_grad():
        old_log_p = token_log_probs(policy(ids), ids, mask)
        log_reference = token_log_probs(reference(ids), ids, mask)
        old_values = critic(ids)[:, :-1]
    rewards = shaped_rewards(scores, ended, old_log_p, log_reference, answer, beta, -1.0)
    advantages, returns = gae(rewards, old_values, answer, 0.95, 1.0)
    advantages = whiten(advantages, answer)
    for _ in range(epochs):
        log_p = token_log_probs(policy(ids), ids, mask)
        values = critic(ids)[:, :-1]
        loss, clip_fraction = policy_loss(log_p, old_log_p, advantages, answer, 0.2)
        loss = loss + value_loss(values, old_values, returns, answer, 0.2)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return kl_estimates(old_log_p, log_reference, answer)[0], clip_fraction


# %% wrong: clip 1  says: both clips are 0.2.
def ppo_update(policy, critic, reference, optimiser, ids, mask, scores, ended, beta, epochs):
    answer = mask[:, 1:]
    with torch.no_grad():
        old_log_p = token_log_probs(policy(ids), ids, mask)
        log_reference = token_log_probs(reference(ids), ids, mask)
        old_values = critic(ids)[:, :-1]
    rewards = shaped_rewards(scores, ended, old_log_p, log_reference, answer, beta, -1.0)
    advantages, returns = gae(rewards, old_values, answer, 1.0, 0.95)
    advantages = whiten(advantages, answer)
    for _ in range(epochs):
        log_p = token_log_probs(policy(ids), ids, mask)
        values = critic(ids)[:, :-1]
        loss, clip_fraction = policy_loss(log_p, old_log_p, advantages, answer, 0.9)
        loss = loss + value_loss(values, old_values, returns, answer, 0.2)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return kl_estimates(old_log_p, log_reference, answer)[0], clip_fraction


# %% wrong: scores whitened first  says: the scores are used as they are; the advantages are whitened.
def ppo_update(policy, critic, reference, optimiser, ids, mask, scores, ended, beta, epochs):
    answer = mask[:, 1:]
    with torch.no_grad():
        old_log_p = token_log_probs(policy(ids), ids, mask)
        log_reference = token_log_probs(reference(ids), ids, mask)
        old_values = critic(ids)[:, :-1]
    scores = (scores - scores.mean()) / (scores.std() + 1e-8)
    rewards = shaped_rewards(scores, ended, old_log_p, log_reference, answer, beta, -1.0)
    advantages, returns = gae(rewards, old_values, answer, 1.0, 0.95)
    advantages = whiten(advantages, answer)
    for _ in range(epochs):
        log_p = token_log_probs(policy(ids), ids, mask)
        values = critic(ids)[:, :-1]
        loss, clip_fraction = policy_loss(log_p, old_log_p, advantages, answer, 0.2)
        loss = loss + value_loss(values, old_values, returns, answer, 0.2)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return kl_estimates(old_log_p, log_reference, answer)[0], clip_fraction


# %% wrong: KL of the last epoch  says: the KL is that of the *old* policy, which wrote the answers.
def ppo_update(policy, critic, reference, optimiser, ids, mask, scores, ended, beta, epochs):
    answer = mask[:, 1:]
    with torch.no_grad():
        old_log_p = token_log_probs(policy(ids), ids, mask)
        log_reference = token_log_probs(reference(ids), ids, mask)
        old_values = critic(ids)[:, :-1]
    rewards = shaped_rewards(scores, ended, old_log_p, log_reference, answer, beta, -1.0)
    advantages, returns = gae(rewards, old_values, answer, 1.0, 0.95)
    advantages = whiten(advantages, answer)
    for _ in range(epochs):
        log_p = token_log_probs(policy(ids), ids, mask)
        values = critic(ids)[:, :-1]
        loss, clip_fraction = policy_loss(log_p, old_log_p, advantages, answer, 0.2)
        loss = loss + value_loss(values, old_values, returns, answer, 0.2)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return kl_estimates(log_p.detach(), log_reference, answer)[0], clip_fraction


# %% wrong: KL against the old policy  says: the KL is against the reference, not between old and new policy.
def ppo_update(policy, critic, reference, optimiser, ids, mask, scores, ended, beta, epochs):
    answer = mask[:, 1:]
    with torch.no_grad():
        old_log_p = token_log_probs(policy(ids), ids, mask)
        log_reference = token_log_probs(reference(ids), ids, mask)
        old_values = critic(ids)[:, :-1]
    rewards = shaped_rewards(scores, ended, old_log_p, log_reference, answer, beta, -1.0)
    advantages, returns = gae(rewards, old_values, answer, 1.0, 0.95)
    advantages = whiten(advantages, answer)
    for _ in range(epochs):
        log_p = token_log_probs(policy(ids), ids, mask)
        values = critic(ids)[:, :-1]
        loss, clip_fraction = policy_loss(log_p, old_log_p, advantages, answer, 0.2)
        loss = loss + value_loss(values, old_values, returns, answer, 0.2)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return kl_estimates(old_log_p, log_p.detach(), answer)[0], clip_fraction


# %% wrong: k3 returned  says: k1 is asked, not k3.
def ppo_update(policy, critic, reference, optimiser, ids, mask, scores, ended, beta, epochs):
    answer = mask[:, 1:]
    with torch.no_grad():
        old_log_p = token_log_probs(policy(ids), ids, mask)
        log_reference = token_log_probs(reference(ids), ids, mask)
        old_values = critic(ids)[:, :-1]
    rewards = shaped_rewards(scores, ended, old_log_p, log_reference, answer, beta, -1.0)
    advantages, returns = gae(rewards, old_values, answer, 1.0, 0.95)
    advantages = whiten(advantages, answer)
    for _ in range(epochs):
        log_p = token_log_probs(policy(ids), ids, mask)
        values = critic(ids)[:, :-1]
        loss, clip_fraction = policy_loss(log_p, old_log_p, advantages, answer, 0.2)
        loss = loss + value_loss(values, old_values, returns, answer, 0.2)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return kl_estimates(old_log_p, log_reference, answer)[2], clip_fraction


# %% wrong: clip fraction of the first epoch  says: the clip fraction is that of the last epoch; in the first, nothing has moved yet.
def ppo_update(policy, critic, reference, optimiser, ids, mask, scores, ended, beta, epochs):
    answer = mask[:, 1:]
    with torch.no_grad():
        old_log_p = token_log_probs(policy(ids), ids, mask)
        log_reference = token_log_probs(reference(ids), ids, mask)
        old_values = critic(ids)[:, :-1]
    rewards = shaped_rewards(scores, ended, old_log_p, log_reference, answer, beta, -1.0)
    advantages, returns = gae(rewards, old_values, answer, 1.0, 0.95)
    advantages = whiten(advantages, answer)
    for _ in range(epochs):
        log_p = token_log_probs(policy(ids), ids, mask)
        values = critic(ids)[:, :-1]
        loss, clip_fraction = policy_loss(log_p, old_log_p, advantages, answer, 0.2)
        loss = loss + value_loss(values, old_values, returns, answer, 0.2)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return kl_estimates(old_log_p, log_reference, answer)[0], 0.0


# %% wrong: inputs not in the graph  says: nothing moved here: is its loss there, does the gradient arrive, and is `optimiser.step()` called?
def ppo_update(policy, critic, reference, optimiser, ids, mask, scores, ended, beta, epochs):
    answer = mask[:, 1:]
    with torch.no_grad():
        old_log_p = token_log_probs(policy(ids), ids, mask)
        log_reference = token_log_probs(reference(ids), ids, mask)
        old_values = critic(ids)[:, :-1]
    rewards = shaped_rewards(scores, ended, old_log_p, log_reference, answer, beta, -1.0)
    advantages, returns = gae(rewards, old_values, answer, 1.0, 0.95)
    advantages = whiten(advantages, answer)
    for _ in range(epochs):
        with torch.no_grad():
            log_p = token_log_probs(policy(ids), ids, mask)
        values = critic(ids).detach()[:, :-1]
        loss, clip_fraction = policy_loss(log_p, old_log_p, advantages, answer, 0.2)
        loss = loss + value_loss(values, old_values, returns, answer, 0.2)
        optimiser.zero_grad()
        loss.requires_grad_().backward()
        optimiser.step()
    return kl_estimates(old_log_p, log_reference, answer)[0], clip_fraction
