{% macro is_approximate(raw, quote) -%}
    {#- Whether the words around a number call it rounded: 9300余人, 近百所, 约3000. -#}
    case
        -- the cheap look first: a pattern made anew for each number is slow
        when not regexp_matches({{ quote }}, '近|约|超|逾|突破|余|多|左右|以上') then false
        else coalesce(regexp_matches(
            {{ quote }},
            '(近|约|超|超过|逾|突破)\s*' || regexp_escape({{ raw }}) || '([^\d.]|$)'
            || '|(^|[^\d.])' || regexp_escape({{ raw }}) || '\s*[个人名元册台亩]?\s*(余|多|左右|以上)'
        ), false)
    end
{%- endmacro %}

{% macro unit_factor(raw, value) -%}
    {#- What the printed number was multiplied with to reach its canonical unit; 1 where nothing tells. -#}
    coalesce(nullif(round(
        cast({{ value }} as double)
        / nullif(try_cast(regexp_replace({{ raw }}, '[,，\s]', '', 'g') as double), 0), 6
    ), 0), 1)
{%- endmacro %}
