"""How language models evolved: each idea in a few dozen lines, after its paper (chapter 3).

    blocks           attention, masks, positions: what all Transformers share
    word2vec         words as vectors (2013)
    recurrent        RNN and LSTM (1990, 1997)
    seq2seq          the Transformer: an encoder and a decoder (2017)
    bert             a bidirectional encoder that fills in blanks (2018); RoBERTa's masking (2019)
    transformer_xl   a memory of the last segment, relative positions (2019)
    xlnet            words in any order, two-stream attention (2019)
    t5               spans that are cut out and written again; text to text (2019)
    race, line_up    all of them with the same data, parameters and seconds

The GPT is ``llmbook_utils.gpt``. Nothing is imported here: take what you need from its module.
"""
